"""Windows, panes and dialogs. They lay out widgets and emit what the operator asked for; they import no service."""
