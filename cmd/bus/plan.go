package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"homebus/devices"
	"homebus/internal/cli"
	"homebus/internal/house"
	"homebus/internal/scene"
)

// maxPlanDays is the longest plan: a year.
const maxPlanDays = 366

// planFlags are what plan was asked for.
type planFlags struct {
	date  string
	given []string
	house.PlanOptions
}

func newPlan() *cobra.Command {
	var opts planFlags
	cmd := &cobra.Command{
		Use:   "plan [SCENES.TOML]",
		Short: "Say what the scenes do by themselves on a day, and when",
		Long: `Plan plays the house in virtual time, from midnight home time on, and says which
scenes start by themselves, when and why, what they do, and which do not run
because a condition does not hold. Nothing is sent, and no bus is needed. It warns
where two scenes set one appliance within a second.

Unless told otherwise, nobody is at home, and the appliances begin the first day
as the file has them.`,
		Example: `  bus plan
  bus plan --date 2026-12-24 --days 3
  bus plan --date tomorrow --given home/mode=holiday --given kitchen/coffee.water_ml=0`,
		Args: cli.Args(0, 1),
	}
	cmd.Flags().StringVar(&opts.date, "date", "today", "the first `DAY`: 2026-12-24, today or tomorrow, home time")
	cmd.Flags().IntVar(&opts.Days, "days", 1, fmt.Sprintf("`N` days, at most %d", maxPlanDays))
	cmd.Flags().StringArrayVar(&opts.given, "given", nil, "how an appliance is at the beginning: `ID[.ATTRIBUTE]=VALUE`; may be repeated")
	cmd.Flags().BoolVar(&opts.Occupancy, "occupancy", false, "the people of the file live there")
	cmd.Flags().Uint64Var(&opts.Seed, "seed", 0, "the `NUMBER` from which everything random follows")
	cmd.Flags().StringVar(&opts.Scene, "scene", "", "tell only of the scene `NAME`")
	cmd.Flags().BoolVar(&opts.JSON, "json", false, "print one JSON object a line")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if opts.Days < 1 || opts.Days > maxPlanDays {
			return cli.Usagef("--days is %d; want 1 to %d", opts.Days, maxPlanDays)
		}
		file, err := cli.LoadScenes(scenesArg(args), cmd.ErrOrStderr())
		if err != nil {
			return err
		}
		plan, err := opts.plan(file, time.Now())
		if err != nil {
			return err
		}
		return plan.Play(cmd.Context(), cmd.OutOrStdout())
	}
	return cmd
}

// plan returns what was asked for of a file.
func (o *planFlags) plan(f *scene.File, now time.Time) (*house.Plan, error) {
	var err error
	if o.From, err = planDate(o.date, now.In(f.Home.Zone)); err != nil {
		return nil, cli.Usagef("--date: %w", err)
	}
	if o.Given, err = planGiven(o.given); err != nil {
		return nil, cli.Usagef("--given: %w", err)
	}
	if err := knownScene(f, o.Scene); err != nil {
		return nil, cli.Usagef("--scene: %w", err)
	}
	if o.Occupancy && len(f.People) == 0 {
		return nil, cli.Usagef("--occupancy: nobody lives here: the file has no [[occupancy]]")
	}
	plan, err := house.NewPlan(f, o.PlanOptions)
	if err != nil {
		return nil, cli.Usagef("--given: %w", err)
	}
	return plan, nil
}

// planDate reads a day.
func planDate(s string, now time.Time) (time.Time, error) {
	switch s {
	case "today":
		return now, nil
	case "tomorrow":
		return now.AddDate(0, 0, 1), nil
	}
	date, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return date, fmt.Errorf("%q is no day; want such as 2026-12-24, today or tomorrow", s)
	}
	if y := date.Year(); y < scene.FirstYear || y > scene.LastYear {
		return date, fmt.Errorf("%s is of the year %d; want one from %d to %d", s, y, scene.FirstYear, scene.LastYear)
	}
	return date, nil
}

// planGiven reads kitchen/coffee.water_ml=800 and home/mode=holiday, which is the
// state. What is of one appliance comes together, in the order in which the
// appliances are first named.
func planGiven(pairs []string) ([]scene.Given, error) {
	var all []scene.Given
	for _, pair := range pairs {
		name, value, ok := strings.Cut(pair, "=")
		id, attr, named := strings.Cut(name, ".")
		if !named {
			attr = "state"
		}
		if !ok || id == "" || attr == "" {
			return nil, fmt.Errorf("%q gives nothing; want such as kitchen/coffee.water_ml=800 or home/mode=holiday", pair)
		}
		i := slices.IndexFunc(all, func(g scene.Given) bool { return g.Device == id })
		if i < 0 {
			i = len(all)
			all = append(all, scene.Given{Device: id, Attrs: make(map[string]any)})
		}
		if _, twice := all[i].Attrs[attr]; twice {
			return nil, fmt.Errorf("%s is given twice", name)
		}
		all[i].Attrs[attr] = givenValue(value)
	}
	return all, nil
}

// givenValue reads a value as a test's "given" has it: bool, float64 or string.
func givenValue(s string) any {
	v := parseValue(s)
	if n, ok := v.(json.Number); ok {
		if x, err := n.Float64(); err == nil {
			return x
		}
	}
	return v
}

// knownScene says no to a scene that the file does not have.
func knownScene(f *scene.File, name string) error {
	if name == "" {
		return nil
	}
	if _, ok := f.Scene(name); ok {
		return nil
	}
	var names []string
	for _, s := range f.Scenes {
		names = append(names, s.Name)
	}
	if near, ok := devices.Nearest(name, names); ok {
		return fmt.Errorf("there is no scene %q; did you mean %q?", name, near)
	}
	return fmt.Errorf("there is no scene %q", name)
}
