package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"homebus/internal/control"
	"homebus/internal/hub"
)

// What a hub can be asked at its control endpoint, besides what every proxy can.
const (
	verbWhy    = "why"
	verbWhyNot = "why-not"
)

// explanations are how a hub answers that.
func explanations(h *hub.Hub) map[string]control.Handler {
	return map[string]control.Handler{
		verbWhy: func(_ context.Context, request json.RawMessage) (map[string]any, error) {
			var r struct{ Of string }
			if err := json.Unmarshal(request, &r); err != nil {
				return nil, fmt.Errorf(`want {"do":"why","of":"kitchen/coffee"}: %w`, err)
			}
			return told(h.Why(r.Of))
		},
		verbWhyNot: func(ctx context.Context, request json.RawMessage) (map[string]any, error) {
			var r struct{ Scene string }
			if err := json.Unmarshal(request, &r); err != nil {
				return nil, fmt.Errorf(`want {"do":"why-not","scene":"morning"}: %w`, err)
			}
			if r.Scene == "" {
				return nil, errors.New(`which scene? want {"do":"why-not","scene":"morning"}`)
			}
			return told(h.WhyNot(ctx, r.Scene))
		},
	}
}

// told makes an answer of what the hub has said.
func told(v any, err error) (map[string]any, error) {
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	var answer map[string]any
	return answer, json.Unmarshal(text, &answer)
}
