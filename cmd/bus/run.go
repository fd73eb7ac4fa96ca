package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"homebus/internal/cli"
	"homebus/topics"
)

func newRun() *cobra.Command {
	return sceneCommand("run", "Run a scene now", `Run asks the hub to run a scene, and waits for its answer. What the scene's
"only_if" says is for its triggers: who asks for it, gets it, unless its mode does
not allow another run now.`, `  bus run morning`)
}

func newStop() *cobra.Command {
	return sceneCommand("stop", "Stop a scene that is running", `Stop asks the hub to end all runs of a scene, and those that wait for their turn,
and waits for its answer. What its steps have done so far stays as it is.`, `  bus stop morning`)
}

// sceneCommand returns a command that asks for an action of a scene.
func sceneCommand(action, short, long, example string) *cobra.Command {
	cmd := &cobra.Command{
		Use:   action + " SCENE",
		Short: short,
		Long: long + `

The exit code is 0 if it was done and 1 if it was refused or nobody answered.
"bus scenes" lists the scenes.`,
		Example: example,
		Args:    cli.Args(1, 1),
	}
	c := speakerFlags(cmd)
	timeout := timeoutFlag(cmd, "how long to wait for the answer")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		req, err := sceneRequest(args[0], action)
		if err != nil {
			return cli.Usagef("%w", err)
		}
		return c.ask(cmd, req, time.Duration(*timeout))
	}
	return cmd
}

// sceneRequest asks for an action of a scene: "morning", or "scene/morning" as
// messages have it.
func sceneRequest(name, action string) (request, error) {
	name = strings.TrimPrefix(name, scenePrefix)
	if !topics.ValidWord(name) {
		return request{}, fmt.Errorf("%q is no name of a scene; want small letters, digits and hyphens, such as morning", name)
	}
	req, err := parseRequest(scenePrefix+name, action, nil)
	req.short = true
	return req, err
}
