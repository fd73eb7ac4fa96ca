package main

import (
	"regexp"

	"github.com/spf13/cobra"

	"homebus/internal/cli"
	"homebus/internal/house"
)

func newTest() *cobra.Command {
	var verbose, asJSON bool
	var only string
	var seed uint64
	cmd := &cobra.Command{
		Use:   "test [SCENES.TOML]",
		Short: "Play the tests of the house in virtual time",
		Long: `Test plays the [[test]] tables of a scenes file on simulated appliances, with
the scenes of the file, in virtual time: a day takes milliseconds. What it
prints is the same every time. The exit code is 1 if a test fails or the file is wrong.`,
		Example: `  bus test
  bus test --run breakfast -v
  bus test --seed 7 lived-in.toml`,
		Args: cli.Args(0, 1),
	}
	cmd.Flags().StringVar(&only, "run", "", "play the tests whose names match the `REGEXP`")
	cmd.Flags().Uint64Var(&seed, "seed", 0, "the seed `N` of everything random in every test, also in those that give one (default: the test's own, or else 0)")
	cmd.Flags().BoolVarP(&verbose, "verbose", "v", false, "print tests that pass too")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object a test")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		pattern, err := regexp.Compile(only)
		if err != nil {
			return cli.Usagef("--run %q: %w", only, err)
		}
		file, err := loadHouse(args, cmd.ErrOrStderr())
		if err != nil {
			return err
		}
		suite := house.Suite{File: file, Run: pattern, Verbose: verbose, JSON: asJSON}
		if cmd.Flags().Changed("seed") {
			suite.Seed = &seed
		}
		passed, err := suite.Play(cmd.Context(), cmd.OutOrStdout())
		if err == nil && !passed {
			err = cli.ErrReported
		}
		return err
	}
	return cmd
}
