package tfkit

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/client"
)

// ErrUnconfigured means that the provider's own configuration is not known yet.
var ErrUnconfigured = errors.New("the provider's configuration depends on values that are known only after apply")

// questionTimeout is how long a plan waits for one answer.
const questionTimeout = 10 * time.Second

// ProviderData is what a configured provider gives its resources and data
// sources. It is safe for concurrent use.
type ProviderData struct {
	// Observations are what the stacks run.
	Observations *Observations
	// Planned is what this plan has seen so far.
	Planned *Planned

	connect     func() (*client.Client, error)
	unreachable sync.Once
}

// NewProviderData makes the data of a provider that connects when it first has
// to, and only once. A nil connect is one whose configuration is not known.
func NewProviderData(connect func() (*client.Client, error)) *ProviderData {
	if connect == nil {
		connect = func() (*client.Client, error) { return nil, ErrUnconfigured }
	}
	d := &ProviderData{connect: sync.OnceValues(connect), Planned: newPlanned()}
	d.Observations = newObservations(d.Client)
	return d
}

// Client is the connection to the control plane.
func (d *ProviderData) Client() (*client.Client, error) { return d.connect() }

// FromProvider takes the provider's data out of a Configure request; nil
// before the provider is configured.
func FromProvider(providerData any, diags *diag.Diagnostics) *ProviderData {
	if providerData == nil {
		return nil
	}
	data, ok := providerData.(*ProviderData)
	if !ok {
		diags.AddError(fmt.Sprintf("Cannot configure: the provider's data is a %T", providerData), reportFault)
	}
	return data
}

// stackExists tells whether the control plane has a stack of that name. It
// asks anew, since another Terraform may have created it.
func (d *ProviderData) stackExists(ctx context.Context, name string) (bool, error) {
	c, err := d.Client()
	if err != nil {
		return false, err
	}
	stacks, err := c.Stacks(ctx)
	return slices.Contains(stacks, name), err
}

// ask puts a question to a stack that runs already. What it cannot answer now
// is found out when the object is written.
func (d *ProviderData) ask(ctx context.Context, about Subject, stack string, question func(context.Context, *client.Client) error) diag.Diagnostics {
	if question == nil || !d.Planned.answers(stack) {
		return nil
	}
	c, err := d.Client()
	if err != nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, questionTimeout)
	defer cancel()
	err = question(ctx, c)
	switch {
	case codeIs(err, api.CodeInvalid):
		return Diagnose(ctx, about, err)
	case err != nil:
		d.Planned.silence(stack)
	}
	return nil
}
