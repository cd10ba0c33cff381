package tfkit

import "maps"

// Under are the docs with their paths below path.
func (d Docs) Under(path string) Docs {
	moved := make(Docs, len(d))
	for name, description := range d {
		moved[path+"."+name] = description
	}
	return moved
}

// With are the docs together with others.
func (d Docs) With(others ...Docs) Docs {
	all := maps.Clone(d)
	for _, other := range others {
		maps.Copy(all, other)
	}
	return all
}

// TLSDocs describe spec.TLSConfig.
func TLSDocs() Docs {
	return Docs{
		"ca":                   "Certificates (PEM) to trust instead of the system's.",
		"ca_file":              "Path of a file of certificates (PEM) to trust, on the machine of the stack, instead of `ca`.",
		"cert":                 "Certificate (PEM) to show to the server. Needs `key_wo` or `key_file`.",
		"cert_file":            "Path of a file with the certificate to show, instead of `cert`.",
		"key_wo":               "Key (PEM) of the certificate to show.",
		"key_file":             "Path of a file with the key, instead of `key_wo`.",
		"server_name":          "Name that the server's certificate must have. Left out, it is the host of the address.",
		"insecure_skip_verify": "Whether to accept any certificate.",
		"min_version":          "Oldest version of TLS to accept: `TLS10`, `TLS11`, `TLS12` or `TLS13`. Left out, it is `TLS12`.",
		"max_version":          "Newest version of TLS to accept. Left out, it is the newest there is.",
	}
}

// HTTPDocs describe spec.HTTP.
func HTTPDocs() Docs {
	return Docs{
		"proxy_url":                 "URL of a proxy, without a password.",
		"no_proxy":                  "Hosts that are reached without the proxy, separated by commas.",
		"tls_config":                "How the server's certificate is checked, and which one is shown to it.",
		"basic_auth":                "Authenticate with user name and password.",
		"basic_auth.username":       "User name.",
		"basic_auth.password":       "Password.",
		"authorization":             "Authenticate with the header `Authorization`.",
		"authorization.type":        "Type of the credentials. Left out, it is `Bearer`.",
		"authorization.credentials": "Credentials, such as a token.",
		"oauth2":                    "Authenticate with a token that is got by OAuth 2.0 client credentials.",
		"oauth2.client_id":          "Id of the client.",
		"oauth2.client_secret":      "Secret of the client.",
		"oauth2.token_url":          "URL to get tokens from.",
		"oauth2.scopes":             "Scopes to ask for.",
		"oauth2.endpoint_params":    "Further parameters of the request for a token.",
		"oauth2.tls_config":         "How the certificate of the server at `token_url` is checked.",
		"oauth2.proxy_url":          "URL of a proxy to get tokens through.",
		"follow_redirects":          "Whether to follow redirects. Left out, it is `true`.",
		"enable_http2":              "Whether to speak HTTP/2 where the server does. Left out, it is `true`.",
		"http_headers":              "Further headers of each request, by name. Needs Alertmanager 0.28 or newer.",
		"http_header_files":         "Headers whose values are secrets, by name: paths of files on the machine of the stack that hold them. Needs Alertmanager 0.28 or newer.",
	}.With(TLSDocs().Under("tls_config"), TLSDocs().Under("oauth2.tls_config"))
}

// SMTPDocs describe spec.SMTP.
func SMTPDocs() Docs {
	return Docs{
		"smarthost":          "SMTP server, `host:port`.",
		"from":               "Address of the sender.",
		"hello":              "Name by which to greet the server. Left out, it is `localhost`.",
		"auth_username":      "User name at the server.",
		"auth_password":      "Password, for servers that offer PLAIN or LOGIN.",
		"auth_secret":        "Secret, for servers that offer CRAM-MD5.",
		"auth_identity":      "Identity to act as, for PLAIN. Left out, it is the user's own.",
		"require_tls":        "Whether to refuse a server that does not offer STARTTLS. Left out, it is `true`.",
		"force_implicit_tls": "Whether the connection begins with TLS, without STARTTLS. Left out, it does for port 465.",
		"tls_config":         "How the server's certificate is checked, and which one is shown to it.",
	}.With(TLSDocs().Under("tls_config"))
}
