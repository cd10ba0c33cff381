package grafanatest

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"
)

// The content types of Grafana's handlers and of what stands before them.
const (
	typeJSON    = "application/json"
	typeJSONUTF = "application/json; charset=UTF-8"
)

// object is a JSON object that is written once and has no name.
type object map[string]any

// reply is one answer.
type reply struct {
	status      int
	contentType string
	body        any
	// unlocked, if set, makes the answer after the server's lock is released.
	unlocked func() reply
}

func done(body any) reply { return reply{status: http.StatusOK, contentType: typeJSON, body: body} }

// fail is a refusal by a handler.
func fail(status int, message string) reply {
	return reply{status: status, contentType: typeJSON, body: object{"message": message}}
}

// failAs is a refusal that has a kind of its own, such as "version-mismatch".
func failAs(status int, message, kind string) reply {
	return reply{status: status, contentType: typeJSON, body: object{"message": message, "status": kind}}
}

// failWith is a refusal with an identifier of the message.
func failWith(status int, id, message string) reply {
	return reply{status: status, contentType: typeJSON, body: object{"statusCode": status, "messageId": id, "message": message}}
}

// notFound is the answer to what is no route.
func notFound() reply {
	return reply{status: http.StatusNotFound, contentType: typeJSONUTF, body: object{"message": "Not found"}}
}

func (a reply) write(w http.ResponseWriter) {
	var body bytes.Buffer
	if text, ok := a.body.(string); ok {
		body.WriteString(text)
	} else if err := json.NewEncoder(&body).Encode(a.body); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", a.contentType)
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(a.status)
	_, _ = w.Write(body.Bytes()) // a client that left needs no answer
}

// page cuts a list as limit and page ask; pages count from 1.
func page[T any](c *call, rows []T) []T {
	size, err := strconv.Atoi(c.URL.Query().Get("limit"))
	if err != nil || size < 1 {
		size = 1000
	}
	number, err := strconv.Atoi(c.URL.Query().Get("page"))
	if err != nil || number < 1 {
		number = 1
	}
	first := min((number-1)*size, len(rows))
	return rows[first:min(first+size, len(rows))]
}
