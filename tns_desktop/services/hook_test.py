"""The self-test of web hooks: a sample event goes out to the public address, and it is seen whether it comes back in.

Each step says by itself whether it went well, so that the one that did not names what has to be repaired: the name, the
certificate, the way through the proxy, the header.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from tns_desktop.domain.errors import SecretMissing, TnsError
from tns_desktop.domain.webhooks import TEST_PARAMETER
from tns_desktop.services.hook_life import HookLife
from tns_desktop.services.ports import Arrival, Clock, HeaderVerdict, NewIds, ProbeAnswer, WebHookProbe, WebHookReceiver
from tns_desktop.services.settings import WEBHOOKS_HEADER, WEBHOOKS_ON, Settings
from tns_desktop.services.webhooks import WebHooks


class StepOutcome(StrEnum):
    DONE = "done"
    FAILED = "failed"
    SKIPPED = "skipped"
    """It could not be tried, or there is nothing to be tried."""


@dataclass(frozen=True, slots=True)
class HookStep:
    """``name`` and ``word`` are keys of the words for it; ``facts`` are named in them."""

    name: str
    outcome: StepOutcome
    word: str
    facts: dict[str, str] = field(default_factory=dict)
    error: TnsError | None = None


class HookTest:
    """One self-test after the other. What a success proves counts as a sign of life of that connection's web hooks."""

    def __init__(
        self,
        webhooks: WebHooks,
        receiver: WebHookReceiver,
        probe: WebHookProbe,
        settings: Settings,
        life: HookLife,
        clock: Clock,
        new_id: NewIds,
    ) -> None:
        self._webhooks = webhooks
        self._receiver = receiver
        self._probe = probe
        self._settings = settings
        self._life = life
        self._clock = clock
        self._new_id = new_id

    async def run(self, connection_id: str) -> list[HookStep]:
        """What happened, in its order. Errors are steps, never raised."""
        try:
            return await self._run(connection_id)
        except TnsError as error:
            return [HookStep("listening", StepOutcome.FAILED, "trouble", error=error)]

    async def _run(self, connection_id: str) -> list[HookStep]:
        state = await self._webhooks.settled()
        if not state.place:
            word = "off" if not self._settings.get(WEBHOOKS_ON) else "trouble"
            return [HookStep("listening", StepOutcome.FAILED, word, error=state.error)]
        steps = [HookStep("listening", StepOutcome.DONE, "there", {"place": state.place})]
        header, value = self._settings.get(WEBHOOKS_HEADER), await self._webhooks.header_value()
        path = self._webhooks.path_of(connection_id)
        url = self._webhooks.address_of(connection_id)
        if not value or path is None or not url:
            raise SecretMissing("no header value", facts={"name": header})
        token = self._new_id()
        self._receiver.watch(token)
        try:
            body = self._receiver.sample(path, token, self._clock.now())
            answer = await self._probe.post(f"{url}?{TEST_PARAMETER}={token}", header, value, body)
            arrival = self._receiver.arrival()
        finally:
            self._receiver.watch("")
        steps += [_name(answer), _certificate(answer), _answered(answer), _arrived(arrival), _header(arrival, header)]
        if all(step.outcome is not StepOutcome.FAILED for step in steps):
            self._life.note(connection_id)
        return steps


def _name(answer: ProbeAnswer) -> HookStep:
    facts = {"host": answer.host, "addresses": ", ".join(answer.addresses), "proxy": answer.proxy}
    if answer.proxy:
        return HookStep("name", StepOutcome.SKIPPED, "proxy", facts)
    if answer.addresses:
        return HookStep("name", StepOutcome.DONE, "found", facts)
    return HookStep("name", StepOutcome.FAILED, "unknown", facts)


def _certificate(answer: ProbeAnswer) -> HookStep:
    if answer.plain:
        return HookStep("certificate", StepOutcome.SKIPPED, "plain")
    if answer.issuer:
        return HookStep("certificate", StepOutcome.DONE, "trusted", {"issuer": answer.issuer})
    if answer.status:
        return HookStep("certificate", StepOutcome.DONE, "unnamed")
    if answer.untrusted:
        return HookStep("certificate", StepOutcome.FAILED, "untrusted", error=answer.error)
    return HookStep("certificate", StepOutcome.SKIPPED, "not_reached")


def _answered(answer: ProbeAnswer) -> HookStep:
    facts = {"status": str(answer.status), "milliseconds": f"{answer.seconds * 1000:.0f}"}
    if answer.error is not None:
        return HookStep("answer", StepOutcome.FAILED, "none", facts, answer.error)
    if 200 <= answer.status < 300:
        return HookStep("answer", StepOutcome.DONE, "success", facts)
    return HookStep("answer", StepOutcome.FAILED, "refused", facts)


def _arrived(arrival: Arrival | None) -> HookStep:
    if arrival is None:
        return HookStep("arrival", StepOutcome.FAILED, "nowhere")
    if not arrival.path_known:
        return HookStep("arrival", StepOutcome.FAILED, "other_path")
    return HookStep("arrival", StepOutcome.DONE, "here")


def _header(arrival: Arrival | None, name: str) -> HookStep:
    if arrival is None:
        return HookStep("header", StepOutcome.SKIPPED, "not_seen", {"name": name})
    outcome = StepOutcome.DONE if arrival.header is HeaderVerdict.RIGHT else StepOutcome.FAILED
    return HookStep("header", outcome, arrival.header.value, {"name": name})
