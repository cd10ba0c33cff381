package command

import (
	"fmt"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
)

// SuperviseOptions are the flags of supervise.
type SuperviseOptions struct {
	// StateDir is empty for the default.
	StateDir string
	// Stay keeps the supervisor running when it has nothing to look after.
	Stay bool
}

// ServeOptions are the flags of serve.
type ServeOptions struct {
	// StateDir is empty for the default.
	StateDir string
	// Network and Address are what net.Listen takes: "unix" and a path, or
	// "tcp" and host:port.
	Network, Address string
	// Token is what clients must present; empty for none.
	Token string
}

func newSupervise(deps Deps) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "supervise",
		Short: "Keep the components of the process engine running",
		Long: `Keep the components of the process engine running. Terraform starts a supervisor when it needs one;
run this under an init system so that the components come back after a reboot.`,
		Args: cobra.NoArgs,
	}
	stateDir := stateDirFlag(cmd)
	stay := cmd.Flags().Bool("stay", false, "keep running when there is nothing to look after")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		return deps.Supervise(cmd.Context(), SuperviseOptions{StateDir: stateDir(), Stay: *stay})
	}
	return cmd
}

func newServe(deps Deps) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "serve --listen ADDRESS",
		Short: "Serve the control plane to providers on other machines",
		Args:  cobra.NoArgs,
	}
	stateDir := stateDirFlag(cmd)
	listen := cmd.Flags().String("listen", "", "unix:///path/of/socket or host:port")
	tokenFile := cmd.Flags().String("token-file", "", "file with the token that clients must present")
	_ = cmd.MarkFlagRequired("listen") // it fails only for a flag that does not exist
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		options := ServeOptions{StateDir: stateDir()}
		var err error
		if options.Network, options.Address, err = parseListen(*listen); err != nil {
			return err
		}
		if *tokenFile != "" {
			if options.Token, err = readToken(*tokenFile); err != nil {
				return err
			}
		}
		if options.Token == "" && !private(options) {
			return fmt.Errorf("cannot serve on %q: without --token-file everybody who reaches this address could change the platform", *listen)
		}
		return deps.Serve(cmd.Context(), options)
	}
	return cmd
}

func parseListen(text string) (network, address string, err error) {
	if path, ok := strings.CutPrefix(text, "unix://"); ok {
		if !filepath.IsAbs(path) {
			return "", "", fmt.Errorf("cannot listen on %q: the path of a socket is absolute, as in unix:///run/opp.sock", text)
		}
		return "unix", path, nil
	}
	if _, _, err := net.SplitHostPort(text); err != nil {
		return "", "", fmt.Errorf("cannot listen on %q: want unix:///path or host:port", text)
	}
	return "tcp", text, nil
}

func readToken(path string) (string, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("cannot read the token: %w", err)
	}
	token := strings.TrimSpace(string(data))
	if token == "" {
		return "", fmt.Errorf("cannot use token file %q: it is empty", path)
	}
	return token, nil
}

// private says whether only this machine reaches the address.
func private(options ServeOptions) bool {
	if options.Network == "unix" {
		return true
	}
	host, _, _ := net.SplitHostPort(options.Address) // parseListen has checked it
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}
