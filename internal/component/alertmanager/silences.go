package alertmanager

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/alertmanager/pkg/labels"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/probe"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// Alertmanager gives a silence an id and, when it changes, another one. So ours
// are known by a mark at the end of their comments, which also tells people
// where they come from.
const silencesPath = "/api/v2/silences"

// silence is a silence as Alertmanager takes and tells it.
type silence struct {
	ID        string           `json:"id,omitempty"`
	Matchers  []silenceMatcher `json:"matchers"`
	StartsAt  time.Time        `json:"startsAt"`
	EndsAt    time.Time        `json:"endsAt"`
	CreatedBy string           `json:"createdBy"`
	Comment   string           `json:"comment"`
	Status    *silenceStatus   `json:"status,omitempty"`
}

type silenceMatcher struct {
	Name    string `json:"name"`
	Value   string `json:"value"`
	IsRegex bool   `json:"isRegex"`
	IsEqual bool   `json:"isEqual"`
}

type silenceStatus struct {
	State string `json:"state"`
}

func mark(s *spec.Silence) string {
	return fmt.Sprintf(" [opp_silence %s/%s]", s.Stack, s.Name)
}

// wantedSilence is the object as Alertmanager gets it.
func wantedSilence(s *spec.Silence) (silence, error) {
	start, end, err := s.Span()
	if err != nil {
		return silence{}, err
	}
	matchers, err := spec.ParseMatchers(s.Matchers)
	if err != nil {
		return silence{}, err
	}
	wanted := silence{StartsAt: start, EndsAt: end, CreatedBy: s.CreatedBy, Comment: s.Comment + mark(s)}
	for _, m := range matchers {
		wanted.Matchers = append(wanted.Matchers, silenceMatcher{
			Name: m.Name, Value: m.Value,
			IsRegex: m.Type == labels.MatchRegexp || m.Type == labels.MatchNotRegexp,
			IsEqual: m.Type == labels.MatchEqual || m.Type == labels.MatchRegexp,
		})
	}
	return wanted, nil
}

// text is the matcher as users write it.
func (m silenceMatcher) text() string {
	kind := map[bool]map[bool]labels.MatchType{
		true:  {true: labels.MatchRegexp, false: labels.MatchNotRegexp},
		false: {true: labels.MatchEqual, false: labels.MatchNotEqual},
	}[m.IsRegex][m.IsEqual]
	return (&labels.Matcher{Type: kind, Name: m.Name, Value: m.Value}).String()
}

func (s *silence) texts() []string {
	written := make([]string, len(s.Matchers))
	for i, m := range s.Matchers {
		written[i] = m.text()
	}
	slices.Sort(written)
	return written
}

func (s *silence) expired() bool { return s.Status != nil && s.Status.State == spec.SilenceExpired }

// silences lists what Alertmanager holds, expired ones included.
func (c *node) silences(ctx context.Context, in component.Input) ([]silence, error) {
	var all []silence
	err := c.probe.GetJSON(ctx, c.address(in), silencesPath, nil, &all)
	return all, err
}

// ours are those of the silences that carry the object's mark, in force first,
// among equals the one that ends last.
func ours(all []silence, s *spec.Silence) []silence {
	var found []silence
	for _, x := range all {
		if strings.HasSuffix(x.Comment, mark(s)) {
			found = append(found, x)
		}
	}
	slices.SortStableFunc(found, func(a, b silence) int {
		if a.expired() != b.expired() {
			return map[bool]int{true: 1, false: -1}[a.expired()]
		}
		return b.EndsAt.Compare(a.EndsAt)
	})
	return found
}

// Published implements component.Publisher.
func (*Component) Published(in component.Input) []spec.Object {
	objects := make([]spec.Object, len(in.State.Silences))
	for i := range in.State.Silences {
		objects[i] = &in.State.Silences[i]
	}
	return objects
}

// Publish implements component.Publisher. A silence that has ended is not made;
// what somebody else did to one that has not is taken back.
func (c *Component) Publish(ctx context.Context, in component.Input, prev, next spec.Object) error {
	object, _ := next.(*spec.Silence)
	if object == nil {
		if object, _ = prev.(*spec.Silence); object == nil {
			return nil
		}
	}
	if err := c.publishSilence(ctx, in, object, next == nil); err != nil {
		return refusal(fmt.Sprintf("publish silence %q", object.Name), err)
	}
	return nil
}

func (c *Component) publishSilence(ctx context.Context, in component.Input, object *spec.Silence, remove bool) error {
	all, err := c.silences(ctx, in)
	if err != nil {
		return err
	}
	now := time.Now()
	held := slices.DeleteFunc(ours(all, object), func(s silence) bool { return s.expired() })
	wanted, err := wantedSilence(object)
	if err != nil {
		return err
	}
	if !remove && now.Before(wanted.EndsAt) {
		if len(held) == 0 || !held[0].same(&wanted, now) {
			if len(held) > 0 {
				// Alertmanager changes it in place if it can, and else puts the
				// new one in the place of the old one.
				wanted.ID = held[0].ID
				if wanted.StartsAt.Before(now) && held[0].StartsAt.Before(now) {
					wanted.StartsAt = held[0].StartsAt
				}
			}
			if err := c.probe.PostJSON(ctx, c.address(in), silencesPath, wanted); err != nil {
				return err
			}
		}
		held = held[min(1, len(held)):]
	}
	for _, s := range held {
		if err := c.expire(ctx, in, s.ID); err != nil {
			return err
		}
	}
	return nil
}

// expire ends a silence; it may be gone already.
func (c *Component) expire(ctx context.Context, in component.Input, id string) error {
	err := c.probe.Delete(ctx, c.address(in), "/api/v2/silence/"+url.PathEscape(id))
	var status *probe.StatusError
	if errors.As(err, &status) && status.Status == http.StatusNotFound {
		return nil
	}
	return err
}

// same tells whether a running silence does what is wanted.
func (s *silence) same(wanted *silence, now time.Time) bool {
	return s.sameStart(wanted, now) && sameMoment(s.EndsAt, wanted.EndsAt) &&
		s.Comment == wanted.Comment && s.CreatedBy == wanted.CreatedBy && slices.Equal(s.texts(), wanted.texts())
}

// sameStart compares when silences begin. Alertmanager lets none begin in the
// past, so of those that are to have begun it only counts that they have.
func (s *silence) sameStart(wanted *silence, now time.Time) bool {
	if !wanted.StartsAt.After(now) {
		return !s.StartsAt.After(now)
	}
	return sameMoment(s.StartsAt, wanted.StartsAt)
}

// sameMoment compares times to the millisecond, which is what the API tells.
func sameMoment(a, b time.Time) bool {
	return a.Truncate(time.Millisecond).Equal(b.Truncate(time.Millisecond))
}

// refusal is an *api.Error: CodeRefused with Alertmanager's words if it
// answered, else CodeUnavailable.
func refusal(do string, err error) error {
	var status *probe.StatusError
	if errors.As(err, &status) && status.Status == http.StatusBadRequest {
		return &api.Error{Code: api.CodeRefused, Message: fmt.Sprintf("cannot %s: Alertmanager refuses it", do), Detail: status.Words}
	}
	return probe.Unavailable(do, err)
}

// Describe implements component.Publisher.
func (*Component) Describe(_ context.Context, _ component.Input, object spec.Object) error {
	if s, ok := object.(*spec.Silence); ok {
		s.Status = s.StatusAt(time.Now())
	}
	return nil
}
