package receivertest

import (
	"io"
	"net"
	"net/http"
	"net/url"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/porttest"
)

// Amazon is a stand-in for SNS with one topic, whose messages it posts to the
// recorder's path /topic: moto, if the machine has it. Without moto the topic is
// the recorder's own, which only records what is published.
type Amazon struct {
	// URL of the API and the topic's ARN.
	URL, TopicARN string
	// Forwards tells whether messages come to /topic.
	Forwards bool
}

const account = "AWS4-HMAC-SHA256 Credential=AKIA/20260101/eu-central-1/sns/aws4_request, SignedHeaders=host, Signature=0"

// StartAmazon starts moto until the test ends, with a topic that the recorder
// subscribes to.
func (r *Recorder) StartAmazon(t testing.TB) Amazon {
	t.Helper()
	moto, err := exec.LookPath("moto_server")
	if err != nil {
		return Amazon{URL: r.Server.URL, TopicARN: "arn:aws:sns:eu-central-1:123456789012:alerts"}
	}
	host, port, _ := net.SplitHostPort(porttest.Address(t))
	command := exec.Command(moto, "-H", host, "-p", port)
	command.Stdout, command.Stderr = io.Discard, io.Discard
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = command.Process.Kill()
		_ = command.Wait()
	})
	a := Amazon{URL: "http://" + net.JoinHostPort(host, port), Forwards: true}
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(100 * time.Millisecond) {
		answer, err := a.call(url.Values{"Action": {"CreateTopic"}, "Name": {"alerts"}})
		if err == nil {
			_, after, _ := strings.Cut(answer, "<TopicArn>")
			a.TopicARN, _, _ = strings.Cut(after, "</TopicArn>")
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("moto does not answer: %v", err)
		}
	}
	subscription := url.Values{"Action": {"Subscribe"}, "TopicArn": {a.TopicARN}, "Protocol": {"http"}, "Endpoint": {r.Server.URL + "/topic"}}
	if _, err := a.call(subscription); err != nil || a.TopicARN == "" {
		t.Fatalf("moto has no topic %q: %v", a.TopicARN, err)
	}
	return a
}

func (a Amazon) call(form url.Values) (string, error) {
	form.Set("Version", "2010-03-31")
	request, err := http.NewRequest(http.MethodPost, a.URL, strings.NewReader(form.Encode())) //nolint:noctx // a test's own loopback request
	if err != nil {
		return "", err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Authorization", account)
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return "", err
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	return string(body), err
}
