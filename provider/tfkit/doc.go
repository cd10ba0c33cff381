// Package tfkit is what the objects of the provider share: one implementation
// of create, read, update, delete, import, validation and planning; one way
// from an error to diagnostics; and the conversions between Terraform values
// and Go values that keep null, empty and unknown apart.
//
// An object's own package has its schema, its model and nothing else.
package tfkit
