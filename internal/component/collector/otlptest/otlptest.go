// Package otlptest takes logs over OTLP as Loki does, and keeps every record,
// so that tests can say which are lost and which came twice.
package otlptest

import (
	"io"
	"net"
	"net/http"
	"sync"
	"testing"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"
)

// Record is a record that arrived.
type Record struct {
	Resource, Attributes map[string]any
	Body                 string
	SeverityNumber       int32
	SeverityText         string
	// Timestamp is zero if the record has none.
	Timestamp time.Time
}

// Server takes logs until the test ends.
type Server struct {
	testing.TB
	// Address is host:port.
	Address string

	mu      sync.Mutex
	records []Record
	status  int
	server  *http.Server
}

// Start starts a server on an address.
func Start(t testing.TB, address string) *Server {
	t.Helper()
	s := &Server{TB: t, Address: address, status: http.StatusOK}
	s.Open()
	t.Cleanup(s.Close)
	return s
}

// Open lets the server listen, again if it was closed.
func (s *Server) Open() {
	s.Helper()
	listener, err := net.Listen("tcp", s.Address)
	if err != nil {
		s.Fatal(err)
	}
	s.server = &http.Server{Handler: s, ReadHeaderTimeout: time.Minute}
	go func() { _ = s.server.Serve(listener) }()
}

// Close makes the server refuse connections.
func (s *Server) Close() { _ = s.server.Close() }

// Answer lets the server take nothing and answer with a status, until it is
// told to answer 200 again.
func (s *Server) Answer(status int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.status = status
}

// Records are those that arrived, in order.
func (s *Server) Records() []Record {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Record{}, s.records...)
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	request := plogotlp.NewExportRequest()
	if err := request.UnmarshalProto(body); err != nil || r.URL.Path != "/otlp/v1/logs" {
		s.Errorf("%s %s: %v", r.Method, r.URL, err)
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.status != http.StatusOK {
		w.WriteHeader(s.status)
		return
	}
	s.records = append(s.records, recordsOf(request.Logs())...)
	w.Header().Set("Content-Type", "application/x-protobuf")
	w.WriteHeader(http.StatusOK)
}

func recordsOf(logs plog.Logs) []Record {
	var records []Record
	for _, resource := range logs.ResourceLogs().All() {
		for _, scope := range resource.ScopeLogs().All() {
			for _, record := range scope.LogRecords().All() {
				records = append(records, recordOf(resource.Resource().Attributes(), record))
			}
		}
	}
	return records
}

func recordOf(resource pcommon.Map, r plog.LogRecord) Record {
	record := Record{
		Resource: resource.AsRaw(), Attributes: r.Attributes().AsRaw(), Body: r.Body().AsString(),
		SeverityNumber: int32(r.SeverityNumber()), SeverityText: r.SeverityText(),
	}
	if r.Timestamp() != 0 {
		record.Timestamp = r.Timestamp().AsTime()
	}
	return record
}
