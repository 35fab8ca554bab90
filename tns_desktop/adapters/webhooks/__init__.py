"""Listens for web hooks, where the operator has switched them on. The only place of the desk that imports a web server."""

from tns_desktop.adapters.webhooks.receiver import LocalWebHookReceiver

__all__ = ["LocalWebHookReceiver"]
