package tfkit

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

const reportFault = "This is a fault of the provider. Please report it with the output of TF_LOG=DEBUG."

// Subject is what an operation was about, for its error messages.
type Subject struct {
	// Noun names the object in a sentence, for example: alert rule "production/api-down".
	Noun string
	// Type is the Terraform type, for example opp_alert_rule; empty where no import makes sense.
	Type string
	// ID imports the object.
	ID string
	// Schema finds the attributes of field errors; nil puts them on the whole object.
	Schema Typed
}

// Diagnose turns an error of the control plane into diagnostics: the summary
// says what is wrong with which object, the detail what to do next.
func Diagnose(ctx context.Context, about Subject, err error) diag.Diagnostics {
	var diags diag.Diagnostics
	if errors.Is(err, ErrUnconfigured) {
		diags.AddError(capital(fmt.Sprintf("cannot use %s: %s", about.Noun, err)),
			"Give the provider values that are known when planning, or create what they depend on first, with terraform apply -target.")
		return diags
	}
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		diags.AddError(fmt.Sprintf("It took too long: %s", err),
			"Apply again: what was done is kept. If this happens again, allow more time (attribute timeouts of the stack) and look at the components' logs.")
		return diags
	}
	var fault *api.Error
	if !errors.As(err, &fault) {
		diags.AddError(capital(err.Error()), reportFault)
		return diags
	}
	if fault.Code == api.CodeInvalid && len(fault.Fields) > 0 {
		return diagnoseFields(about, fault.Fields)
	}
	diags.AddError(capital(fault.Message), detail(about, fault))
	return diags
}

// detail says what to do next: what the control plane advises, otherwise what
// the code implies. Only the provider knows how to import.
func detail(about Subject, fault *api.Error) string {
	if fault.Code == api.CodeConflict && about.Type != "" {
		return strings.TrimSpace(fmt.Sprintf("%s\n\nChoose another name, or take over the one that exists and then plan again:\n\n  terraform import %s.NAME %s",
			fault.Detail, about.Type, about.ID))
	}
	if fault.Detail != "" {
		return fault.Detail
	}
	switch fault.Code {
	case api.CodeInvalid, api.CodeRefused:
		return "Correct the configuration and apply again. Nothing was changed."
	case api.CodeUnauthorized:
		return "Set token in the provider block, or the environment variable OPP_TOKEN, to the control plane's token."
	case api.CodeNotFound:
		return "It may have been removed outside Terraform: plan again, and it will be created. " +
			"If its stack is missing, refer to it by opp_monitoring_stack.NAME.name so that Terraform creates it first."
	case api.CodeConflict:
		return "Choose another name."
	case api.CodeChanged:
		return "Plan again: the plan shows what was changed."
	case api.CodeInUse:
		return "Remove these objects first, or set force_destroy = true on the stack, apply, and destroy again."
	case api.CodeUnavailable:
		return "Check that the components and the control plane are running and have the ports they need, then apply again."
	case api.CodeInternal:
	}
	return reportFault
}

// diagnoseFields puts every problem on its attribute.
func diagnoseFields(about Subject, fields spec.FieldErrors) diag.Diagnostics {
	var diags diag.Diagnostics
	for _, f := range fields {
		if about.Schema == nil || f.Path == "" {
			diags.AddError(fmt.Sprintf("%s: %s", capital(about.Noun), f.Message), f.Hint)
			continue
		}
		at := FieldPath(about.Schema, f.Path)
		hint := f.Hint
		if hint == "" {
			hint = "Correct the value of " + f.Path + "."
		}
		diags.AddAttributeError(at, fmt.Sprintf("%s%s: %s", capital(about.Noun), within(at, f.Message), f.Message), hint)
	}
	return diags
}

// within names an attribute that lies in another one, for which Terraform shows
// the line of the whole resource, unless the message names it.
func within(at path.Path, message string) string {
	if len(at.Steps()) < 2 || strings.Contains(message, at.String()) {
		return ""
	}
	return ", " + at.String()
}

// warnFields is diagnoseFields for problems that are to be told of only.
func warnFields(about Subject, fields spec.FieldErrors) diag.Diagnostics {
	var diags diag.Diagnostics
	for _, d := range diagnoseFields(about, fields) {
		warning := diag.NewWarningDiagnostic(d.Summary(), d.Detail())
		if at, ok := d.(diag.DiagnosticWithPath); ok {
			diags.Append(diag.WithPath(at.Path(), warning))
			continue
		}
		diags.Append(warning)
	}
	return diags
}

// warn adds sentences as warnings.
func warn(diags *diag.Diagnostics, sentences []string, detail string) {
	for _, s := range sentences {
		diags.AddWarning(capital(s), detail)
	}
}

// codeIs tells whether err is of the control plane and has that code.
func codeIs(err error, code api.Code) bool {
	var fault *api.Error
	return errors.As(err, &fault) && fault.Code == code
}

// capital begins a sentence.
func capital(sentence string) string {
	r, size := utf8.DecodeRuneInString(sentence)
	if size == 0 {
		return sentence
	}
	return string(unicode.ToUpper(r)) + sentence[size:]
}
