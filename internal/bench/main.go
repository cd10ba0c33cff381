// Command bench measures the provider against Terraform's own floor, side by
// side in one run, and prints a table: what, ours, the yardstick, the ratio and
// the target. It judges nothing: a figure that misses its target is marked and
// the exit status stays 0.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
)

func main() {
	count := flag.Int("rules", 1000, "how many alert rules to apply")
	only := flag.String("only", "", "the sections to measure, separated by commas; all if empty")
	flag.Parse()
	if err := run(*count, *only); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// section is a part of the report that can be measured alone.
type section struct {
	name    string
	measure func(report table.Writer) error
}

func run(count int, only string) error {
	root, err := os.MkdirTemp("", "opp-bench-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(root) }()
	b, err := newBench(root)
	if err != nil {
		return err
	}
	report := table.NewWriter()
	report.SetOutputMirror(os.Stdout)
	report.AppendHeader(table.Row{"figure", "ours", "against", "ratio", "target", ""})
	for _, s := range []section{
		{"rules", func(report table.Writer) error { return b.stackAndRules(report, count) }},
		{"dashboards", b.dashboards},
		{"logs", b.logs},
		{"routing", b.routing},
		{"notifications", b.notifications},
	} {
		if only != "" && !slices.Contains(strings.Split(only, ","), s.name) {
			continue
		}
		if err := s.measure(report); err != nil {
			return fmt.Errorf("cannot measure %s: %w", s.name, err)
		}
	}
	report.Render()
	return nil
}

// stackAndRules measures a stack, and rules in it.
func (b *bench) stackAndRules(report table.Writer, count int) error {
	if err := b.healthy(report); err != nil {
		return err
	}
	defer b.cleanUp()
	return b.rules(report, count)
}

// row adds a comparison of two durations; target bounds their ratio, 0 none.
func row(report table.Writer, figure string, ours, against time.Duration, target float64) {
	ratio := ours.Seconds() / against.Seconds()
	bound, judged := "", ""
	if target > 0 {
		bound, judged = fmt.Sprintf("≤ %.2f ×", target), verdict(ratio <= target)
	}
	report.AppendRow(table.Row{figure, seconds(ours), seconds(against), fmt.Sprintf("%.2f ×", ratio), bound, judged})
}

func verdict(met bool) string {
	if met {
		return "met"
	}
	return "MISSED"
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.2f s", d.Seconds()) }

// healthy compares the time from apply to a healthy stack with the time that
// the same binaries need when they are started by hand.
func (b *bench) healthy(report table.Writer) error {
	stack := b.workspace("stack", stackConfig)
	began := time.Now()
	if err := stack.terraform("apply"); err != nil {
		return err
	}
	ours := time.Since(began)
	byHand, err := b.byHand()
	if err != nil {
		return err
	}
	extra := ours - byHand
	report.AppendRow(table.Row{"apply until the stack is healthy", seconds(ours), seconds(byHand), "+ " + seconds(extra), "≤ + 2 s", verdict(extra <= 2*time.Second)})
	return nil
}

// rules compares apply and plan of many rules with as many terraform_data.
func (b *bench) rules(report table.Writer, count int) error {
	floor := b.workspace("floor", fmt.Sprintf(floorConfig, count))
	rules := b.workspace("rules", fmt.Sprintf(rulesConfig, count))
	applyFloor, err := timed(func() error { return floor.terraform("apply") })
	if err != nil {
		return err
	}
	reloads, err := b.logged("bench", "prometheus", loaded)
	if err != nil {
		return err
	}
	memory := watchPeak(peakResident, running(filepath.Join(b.root, "provider", binaryName)))
	applyRules, err := timed(func() error { return rules.terraform("apply") })
	if err != nil {
		return err
	}
	after, err := b.logged("bench", "prometheus", loaded)
	if err != nil {
		return err
	}
	row(report, fmt.Sprintf("apply of %d rules against terraform_data", count), applyRules, applyFloor, 1.6)
	planFloor, err := fastest(func() error { return floor.terraform("plan") })
	if err != nil {
		return err
	}
	planRules, err := fastest(func() error { return rules.terraform("plan") })
	if err != nil {
		return err
	}
	row(report, "plan against terraform_data", planRules, planFloor, 0)
	planBlind, err := fastest(func() error { return rules.terraform("plan", "-refresh=false") })
	if err != nil {
		return err
	}
	row(report, "plan with refresh against -refresh=false", planRules, planBlind, 1.3)
	peak := memory()
	report.AppendRow(table.Row{"Prometheus reloads during the apply", after - reloads, "", "", "≤ 150", verdict(after-reloads <= 150)})
	report.AppendRow(table.Row{"peak memory of the provider", fmt.Sprintf("%.0f MB", float64(peak)/1e6), "", "", "≤ 200 MB", verdict(peak <= 200e6)})
	return widely(report, count, rules, applyFloor)
}

// widely applies the rules again, more at a time than Terraform does by itself.
func widely(report table.Writer, count int, rules workspace, applyFloor time.Duration) error {
	const wide = "-parallelism=30"
	if err := rules.terraform("destroy", wide); err != nil {
		return err
	}
	took, err := timed(func() error { return rules.terraform("apply", wide) })
	if err != nil {
		return err
	}
	row(report, fmt.Sprintf("apply %s of %d rules against terraform_data", wide, count), took, applyFloor, 0)
	return rules.terraform("destroy", wide)
}

func timed(do func() error) (time.Duration, error) {
	began := time.Now()
	err := do()
	return time.Since(began), err
}

// fastest is the best of three, which other load on the machine disturbs least.
func fastest(do func() error) (time.Duration, error) {
	best := time.Duration(0)
	for range 3 {
		took, err := timed(do)
		if err != nil {
			return 0, err
		}
		if best == 0 || took < best {
			best = took
		}
	}
	return best, nil
}
