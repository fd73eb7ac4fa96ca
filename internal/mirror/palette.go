package mirror

import (
	"github.com/charmbracelet/lipgloss"

	"homebus/internal/mirror/home"
)

// palette is the few styles that the picture has: one accent, one alarm, dim
// for what does not matter now. Words say the same without any of them.
type palette struct {
	plain, strong, dim, accent, alarm lipgloss.Style
}

// Contrast against black and white is at least 4.5:1 (WCAG 2.2, 1.4.3) in the
// colours of 24 bits.
var (
	accentColor = lipgloss.CompleteAdaptiveColor{
		Dark:  lipgloss.CompleteColor{TrueColor: "#E5B567", ANSI256: "179", ANSI: "3"},
		Light: lipgloss.CompleteColor{TrueColor: "#8A5100", ANSI256: "94", ANSI: "4"},
	}
	alarmColor = lipgloss.CompleteAdaptiveColor{
		Dark:  lipgloss.CompleteColor{TrueColor: "#FF7A6B", ANSI256: "209", ANSI: "9"},
		Light: lipgloss.CompleteColor{TrueColor: "#B3261E", ANSI256: "124", ANSI: "1"},
	}
	dimColor = lipgloss.CompleteAdaptiveColor{
		Dark:  lipgloss.CompleteColor{TrueColor: "#8B919A", ANSI256: "245", ANSI: "8"},
		Light: lipgloss.CompleteColor{TrueColor: "#666B73", ANSI256: "241", ANSI: "8"},
	}
)

// newPalette makes the styles for what the renderer's terminal can show.
func newPalette(r *lipgloss.Renderer) palette {
	return palette{
		plain:  r.NewStyle(),
		strong: r.NewStyle().Bold(true),
		dim:    r.NewStyle().Foreground(dimColor),
		accent: r.NewStyle().Foreground(accentColor),
		alarm:  r.NewStyle().Foreground(alarmColor),
	}
}

// tone returns the style in which a sentence of the tone is written.
func (p palette) tone(t home.Tone) lipgloss.Style {
	switch t {
	case home.ToneQuiet:
		return p.dim
	case home.ToneGood:
		return p.accent
	case home.ToneAlarm:
		return p.alarm
	}
	return p.plain
}
