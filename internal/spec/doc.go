// Package spec holds the desired state of a monitoring stack: the objects a
// user declares, the rules they must obey and how fragments from several
// writers merge into one [State].
//
// The types are wire type, stored form and render input at once. Their JSON
// names are the attribute names users write, so a [FieldError] path points at
// what the user typed. The package imports nothing else of this module.
package spec
