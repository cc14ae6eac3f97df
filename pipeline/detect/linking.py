"""Which signals of a day are about the same doer: linked by subject, by credential, by performer, or by a rare network."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence

from pipeline.detect.signals import Signal

MOST_DOERS_A_NETWORK = 4
"""A network that more doers of one day share is a place where people meet, and says nothing about any two of them."""

_NOBODY = frozenset({"anonymous", "worker"})
_NETWORK = "network:"
_OF_A_PERFORMER = ("user:", "robot:")


def doer_of(signal: Signal) -> str:
    """Who acted, as far as the signal tells: all credentials of one performer are one doer, and one network is.

    What was acted on is none: whoever reads ten repositories without a name is not ten.
    """
    if signal.performer_name:
        return signal.performer_name
    if signal.credential and signal.credential not in _NOBODY:
        return signal.credential
    return f"{_NETWORK}{signal.network}" if signal.network else signal.subject


def linked(
    signals: Sequence[Signal], everything: Sequence[Signal], common_networks: Collection[str]
) -> list[list[Signal]]:
    """`signals` in groups, one a story; their order is kept within each, and tells the order of the groups.

    `everything` is every signal of the day: what many of them share links nothing. Nor does a network among
    `common_networks`, or a value that is absent.
    """
    rare = _rare_networks(everything, common_networks)
    groups = _Groups()
    for signal in signals:
        keys = list(_keys(signal, rare))
        for key in keys[1:]:
            groups.join(keys[0], key)
    stories: defaultdict[str, list[Signal]] = defaultdict(list)
    for signal in signals:
        stories[groups.root(next(_keys(signal, rare)))].append(signal)
    return list(stories.values())


def crowds(everything: Iterable[Signal], common_networks: Collection[str]) -> frozenset[str]:
    """The networks where people meet, as `doer_of` names them; `everything` is every signal of the day."""
    signals = list(everything)
    seen = {signal.network for signal in signals if signal.network}
    return frozenset(f"{_NETWORK}{network}" for network in seen - _rare_networks(signals, common_networks))


def _rare_networks(signals: Sequence[Signal], common: Collection[str]) -> set[str]:
    doers: defaultdict[str, set[str]] = defaultdict(set)
    for signal in signals:
        if signal.network and signal.network not in common:
            doers[signal.network].add(doer_of(signal))
    return {network for network, names in doers.items() if len(names) <= MOST_DOERS_A_NETWORK}


def _keys(signal: Signal, rare_networks: Collection[str]) -> Iterator[str]:
    """What links it to others, never nothing."""
    yield _key_from_name(signal.subject)
    if signal.performer_name:
        yield f"performer:{signal.performer_name}"
    if signal.credential and signal.credential not in _NOBODY:
        yield _key_from_credential(signal.credential, signal.namespace_name)
    networks = {signal.network, signal.subject.removeprefix(_NETWORK)} & set(rare_networks)
    yield from (f"{_NETWORK}{network}" for network in sorted(filter(None, networks)))


def _key_from_credential(credential: str, namespace: str | None) -> str:
    # An access token is known by a name that each repository's owner chooses anew.
    if credential.startswith("access_token:"):
        return f"{credential} in {namespace}"
    return _key_from_name(credential)


def _key_from_name(name: str) -> str:
    """A robot or a person by its one name, whether a signal calls it subject, credential or performer."""
    for prefix in _OF_A_PERFORMER:
        if name.startswith(prefix):
            return f"performer:{name.removeprefix(prefix)}"
    # As a subject a network is itself; whether it links others as well is for its rarity to say.
    return f"subject {name}" if name.startswith(_NETWORK) else name


class _Groups:
    """Keys that belong together, by union and find."""

    def __init__(self) -> None:
        self._parents: dict[str, str] = {}

    def root(self, key: str) -> str:
        self._parents.setdefault(key, key)
        while self._parents[key] != key:
            self._parents[key] = self._parents[self._parents[key]]
            key = self._parents[key]
        return key

    def join(self, one: str, other: str) -> None:
        self._parents[self.root(other)] = self.root(one)
