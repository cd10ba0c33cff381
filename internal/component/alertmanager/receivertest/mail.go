package receivertest

import (
	"crypto/hmac"
	"crypto/md5"
	"encoding/hex"
	"errors"
	"io"
	"net"
	"slices"
	"strings"
	"testing"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// The account of the mail server. It has one for each mechanism, so that a
// client cannot use another than it was told to.
const (
	MailPassword = "plain-s3cret"  // PLAIN
	MailSecret   = "digest-s3cret" // CRAM-MD5
)

// challenge is the same every time: nobody listens.
const challenge = "<1.1@receivertest>"

// Mail is what the mail server was sent.
type Mail struct {
	// Hello is how the client called itself, Mechanism and User how it logged in.
	Hello, Mechanism, Identity, User string
	// TLS tells whether the connection was secured.
	TLS  bool
	From string
	To   []string
	Data string
}

// Mails are those so far, in the order in which they came.
func (r *Recorder) Mails() []Mail {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.mails)
}

// serveMail takes mail and tells where. It demands STARTTLS and a login.
func (r *Recorder) serveMail(t testing.TB) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) {
		return &session{recorder: r, conn: c}, nil
	}))
	server.Domain, server.TLSConfig = "receivertest", r.authority.serving()
	server.ErrorLog = silent{}
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { _ = server.Close() })
	return listener.Addr().String()
}

type silent struct{}

func (silent) Printf(string, ...any) {}
func (silent) Println(...any)        {}

// session is one connection; it implements smtp.AuthSession.
type session struct {
	recorder *Recorder
	conn     *smtp.Conn
	mail     Mail
}

func (s *session) AuthMechanisms() []string { return []string{cramMD5, sasl.Plain} }

const cramMD5 = "CRAM-MD5"

func (s *session) Auth(mechanism string) (sasl.Server, error) {
	s.mail.Mechanism = mechanism
	if mechanism == cramMD5 {
		return &digest{session: s}, nil
	}
	return sasl.NewPlainServer(func(identity, user, password string) error {
		s.mail.Identity, s.mail.User = identity, user
		if password != MailPassword {
			return errors.New("wrong password")
		}
		return nil
	}), nil
}

// digest implements sasl.Server.
type digest struct {
	session *session
	asked   bool
}

func (d *digest) Next(response []byte) ([]byte, bool, error) {
	if !d.asked {
		d.asked = true
		return []byte(challenge), false, nil
	}
	user, sum, _ := strings.Cut(string(response), " ")
	d.session.mail.User = user
	mac := hmac.New(md5.New, []byte(MailSecret))
	_, _ = io.WriteString(mac, challenge)
	if sum != hex.EncodeToString(mac.Sum(nil)) {
		return nil, true, errors.New("wrong secret")
	}
	return nil, true, nil
}

func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	if s.mail.User == "" {
		return smtp.ErrAuthRequired
	}
	s.mail.From = from
	return nil
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.mail.To = append(s.mail.To, to)
	return nil
}

func (s *session) Data(reader io.Reader) error {
	data, err := io.ReadAll(reader)
	if err != nil {
		return err
	}
	_, secured := s.conn.TLSConnectionState()
	s.mail.Hello, s.mail.TLS, s.mail.Data = s.conn.Hostname(), secured, string(data)
	s.recorder.mu.Lock()
	defer s.recorder.mu.Unlock()
	s.recorder.mails = append(s.recorder.mails, s.mail)
	return nil
}

func (s *session) Reset() {}

func (s *session) Logout() error { return nil }
