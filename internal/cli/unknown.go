package cli

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"homebus/devices"
)

// unknownCommand says that there is no command of that name under cmd, and which was
// meant or which there are.
func unknownCommand(cmd *cobra.Command, name string) error {
	names := commandNames(cmd, func(*cobra.Command) bool { return true })
	if near, ok := nearestCommand(strings.ToLower(name), names); ok {
		return fmt.Errorf("unknown command %q; did you mean %q?", name, near)
	}
	return fmt.Errorf("unknown command %q; want %s", name, oneOf(names))
}

// nearestCommand returns the only one of names that begins with name, or else the one
// that is spelled most like it.
func nearestCommand(name string, names []string) (string, bool) {
	var longer []string
	for _, n := range names {
		if strings.HasPrefix(n, name) {
			longer = append(longer, n)
		}
	}
	if len(longer) == 1 {
		return longer[0], true
	}
	return devices.Nearest(name, names)
}

// commandNames returns the commands under cmd that can be asked for and are wanted.
func commandNames(cmd *cobra.Command, wanted func(*cobra.Command) bool) (names []string) {
	for _, sub := range cmd.Commands() {
		if sub.IsAvailableCommand() && sub.Name() != "help" && wanted(sub) {
			names = append(names, sub.Name())
		}
	}
	return names
}

// oneOf joins words with commas and an "or".
func oneOf(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}

// flagError says of a mistake in the flags of cmd what would be right.
func flagError(cmd *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	var number *strconv.NumError
	switch {
	case errors.As(err, &unknown):
		return unknownFlag(cmd, unknown)
	case errors.As(err, &number) && errors.Is(number, strconv.ErrSyntax):
		kind := map[string]string{"ParseInt": "a whole number", "ParseUint": "a whole number from 0 on", "ParseFloat": "a number", "ParseBool": "true or false"}[number.Func]
		return errors.New(strings.Replace(err.Error(), number.Error(), "want "+kind, 1))
	}
	return err
}

// unknownFlag says more of a flag that cmd does not have: that the command before it
// does not exist, that it belongs behind a command, or what it was probably meant to be.
func unknownFlag(cmd *cobra.Command, unknown *pflag.NotExistError) error {
	if args := cmd.Flags().Args(); cmd.HasSubCommands() && len(args) > 0 {
		return unknownCommand(cmd, args[0])
	}
	name := unknown.GetSpecifiedName()
	owners := commandNames(cmd, func(sub *cobra.Command) bool { return sub.Flags().Lookup(name) != nil })
	if len(owners) > 0 {
		return fmt.Errorf("%w here; want it behind %s", unknown, oneOf(owners))
	}
	if near, ok := devices.Nearest(name, flagNames(cmd)); ok {
		return fmt.Errorf("%w; did you mean --%s?", unknown, near)
	}
	return unknown
}

// flagNames returns the long names of the flags that cmd has.
func flagNames(cmd *cobra.Command) (names []string) {
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if !f.Hidden {
			names = append(names, f.Name)
		}
	})
	return names
}
