"""Kolada over HTTP: one host, one request at a time made sure of, several at once.

Every call has time limits. What may pass (429, 5xx, a broken or garbled answer) is tried
again with growing waits; what will not is told at once; both end in one Swedish sentence.
Nothing is fetched from any other host than the configured one: redirects and foreign
`next_url` are refused. Proxy and CA settings are those of the environment (`HTTPS_PROXY`,
`REQUESTS_CA_BUNDLE`), as in requests.
"""

from __future__ import annotations

import datetime as dt
import math
import os
import re
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from email.utils import parsedate_to_datetime
from functools import cache
from importlib.metadata import version
from queue import SimpleQueue
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode, urlsplit, urlunsplit

import msgspec
import requests
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_random_exponential
from urllib3.exceptions import HTTPError, ReadTimeoutError

from styrlib.errors import InputError, StyrError

URL_VARIABLE = "STYR_KOLADA_URL"
DEFAULT_URL = "https://api.kolada.se/v3"
BARE_PAUSE = 15.0  # seconds for all, where Kolada says that it is too much but not for how long
CHUNK = 65536  # most bytes between looks at the clock
PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
Row = dict[str, Any]
Item = TypeVar("Item")
Answer = TypeVar("Answer")


class Envelope(msgspec.Struct, Generic[Item]):
    """What every answer comes in; `count` is the number of rows on this page."""

    values: list[Item]
    next_url: str | None
    count: int | None = None


class KoladaError(StyrError):
    """Kolada could not be asked, or did not answer as it should; nothing was kept of the answer."""


class TooManyPagesError(KoladaError):
    """An answer had more pages than it was worth."""


class _PassingError(Exception):
    """A fault that may be gone at the next try."""


class Transport:
    """The way to one Kolada server.

    Parameters
    ----------
    base
        Address up to and with `/v3`; `STYR_KOLADA_URL`, else the real service.
    rate
        Most requests per second. No limit is published; peers keep to about 5.
    workers
        Most requests at once.
    attempts
        How often one request is tried in all.
    timeout
        Seconds to connect, and to wait for more of an answer. A full answer can take a minute.
    longest_answer
        Most seconds that one page may take in all.
    longest_wait
        Most seconds that a `Retry-After` is obeyed; a longer one ends in a sentence.
    sleep
        What waits; a test gives one that does not.
    """

    def __init__(
        self,
        base: str | None = None,
        *,
        rate: float = 5.0,
        workers: int = 4,
        attempts: int = 6,
        timeout: tuple[float, float] = (10.0, 90.0),
        longest_wait: float = 120.0,
        longest_answer: float = 300.0,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.base = (base or os.environ.get(URL_VARIABLE) or DEFAULT_URL).rstrip("/")
        if not _is_address(self.base):
            raise InputError(f"{URL_VARIABLE} ska vara en adress som {DEFAULT_URL}, inte {self.base}.")
        self.workers, self.attempts, self.timeout = workers, attempts, timeout
        self.longest_wait, self.longest_answer = longest_wait, longest_answer
        self._sleep = sleep
        self._spacing = 1 / rate
        self._turn = threading.Lock()
        self._next_turn = self._held = 0.0
        self._local = threading.local()

    def rows(
        self,
        path: str,
        query: dict[str, str],
        kind: type[Item],
        distinct: Callable[[Sequence[Item]], int],
        most: float = math.inf,
    ) -> list[Item]:
        """Return every row of a question, over all its pages.

        Parameters
        ----------
        path, query
            What to ask, below the base.
        kind
            What a row is; an answer of another shape is garbled, and asked for again.
        distinct
            How many different rows there are among some. A row that comes twice means that the
            pages shifted while they were read, so that another may have been missed: the
            question is asked anew.
        most
            Pages that the answer is worth.

        Raises
        ------
        TooManyPagesError
            When there are more pages than that.
        KoladaError
            When the whole answer can't be had.
        """
        for _ in range(2):
            found: list[Item] = []
            for number, page in enumerate(self._pages(path, query, kind), start=1):
                if number > most:
                    raise TooManyPagesError(f"Svaret på {path} har fler än {most} sidor.")
                found += page
            if distinct(found) == len(found):
                return found
        message = f"Kolada gav samma rad flera gånger för {path}, så svaret kan sakna rader. Försök igen senare."
        raise KoladaError(message)

    def each(self, ask: Callable[[Item], Answer], questions: Iterable[Item]) -> Iterator[Answer]:
        """Yield the answer to each question in their order, several asked at once and a few ahead.

        The first that fails ends it all: a part is never passed off as the whole. The
        threads are daemons, so that neither Ctrl-C nor a failure waits for a slow server.
        """
        tasks: SimpleQueue[tuple[Future[Answer], Item] | None] = SimpleQueue()
        stopped = threading.Event()

        def work() -> None:
            while (task := tasks.get()) is not None and not stopped.is_set():
                future, question = task
                try:
                    future.set_result(ask(question))
                except BaseException as error:  # noqa: BLE001  (raised where the answer is awaited)
                    future.set_exception(error)
                del task, future  # a thread that waits for its next question must not hold the last answer

        for _ in range(self.workers):
            threading.Thread(target=work, daemon=True).start()
        waiting: deque[Future[Answer]] = deque()
        try:
            for question in questions:
                waiting.append(Future())
                tasks.put((waiting[-1], question))
                if len(waiting) >= 2 * self.workers:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            stopped.set()
            for _ in range(self.workers):
                tasks.put(None)

    def _pages(self, path: str, query: dict[str, str], kind: type[Item]) -> Iterator[list[Item]]:
        url = f"{self.base}{path}" + (f"?{urlencode(query)}" if query else "")
        seen: set[str] = set()
        while url:
            seen.add(url)
            envelope = self._get(url, kind)
            yield envelope.values
            url = self._own(envelope.next_url)
            if url in seen:
                raise KoladaError(f"Kolada hänvisade i en ring för {path}, så svaret tar aldrig slut. Försök senare.")

    def _own(self, following: str | None) -> str:
        """Return the next page's address on the configured server, whatever scheme and port it was given with."""
        if not following:
            return ""
        try:
            link = urlsplit(following)
            host = link.hostname
        except ValueError:
            link, host = None, None
        if link is None or host != urlsplit(self.base).hostname:
            raise KoladaError(f"Kolada hänvisade vidare till en annan dator, {host}. Inget hämtades därifrån.")
        return urlunsplit((*urlsplit(self.base)[:2], link.path, link.query, ""))

    def _get(self, url: str, kind: type[Item]) -> Envelope[Item]:
        retrying = Retrying(
            stop=stop_after_attempt(self.attempts),
            wait=wait_random_exponential(multiplier=2, max=60),
            retry=retry_if_exception_type(_PassingError),
            sleep=self._sleep,
            reraise=True,
        )
        try:
            return retrying(self._once, url, kind)
        except _PassingError as error:
            raise KoladaError(f"{error} Det är försökt {self.attempts} gånger. Försök igen senare.") from error

    def _once(self, url: str, kind: type[Item]) -> Envelope[Item]:
        self._await_turn()
        try:
            with self._session.get(url, timeout=self.timeout, allow_redirects=False, stream=True) as response:
                self._check_status(response)
                return _envelope(self._content(response), kind)
        except requests.exceptions.ProxyError as error:
            raise KoladaError("Nätets proxy släppte inte fram frågan till Kolada. Kontrollera HTTPS_PROXY.") from error
        except requests.exceptions.SSLError as error:
            message = "Koladas certifikat gick inte att lita på. Kontrollera datorns klocka och REQUESTS_CA_BUNDLE."
            raise KoladaError(message) from error
        except (requests.Timeout, ReadTimeoutError) as error:
            raise _PassingError(f"Kolada svarade inte inom {max(self.timeout):g} sekunder.") from error
        except requests.ConnectionError as error:
            if "NameResolution" in str(error) or "getaddrinfo" in str(error):
                host = urlsplit(self.base).hostname
                message = f"Datorn hittar inte {host}. Kontrollera att den är ansluten till nätet."
                raise KoladaError(message) from error
            raise _PassingError(f"Förbindelsen med Kolada bröts ({urlsplit(self.base).netloc}).") from error
        except requests.exceptions.InvalidURL as error:
            raise KoladaError(f"Adressen {self.base} går inte att använda. Kontrollera {URL_VARIABLE}.") from error
        except (requests.RequestException, HTTPError) as error:
            raise _PassingError("Svaret från Kolada bröts på vägen.") from error
        except OSError as error:  # requests' word for certificates that are not where they are said to be
            raise KoladaError("Filen med certifikat finns inte. Kontrollera REQUESTS_CA_BUNDLE.") from error

    def _content(self, response: requests.Response) -> bytes:
        """Read the answer, with a limit on the whole of it: a server that drips is as bad as a silent one."""
        deadline = time.monotonic() + self.longest_answer
        parts = []
        # read1 gives what has come: reading full chunks would let a slow drip pass for minutes.
        while part := response.raw.read1(CHUNK, decode_content=True):
            parts.append(part)
            if time.monotonic() > deadline:
                raise _PassingError(f"Kolada behövde mer än {self.longest_answer:g} sekunder för ett svar.")
        return b"".join(parts)

    def _check_status(self, response: requests.Response) -> None:
        status = response.status_code
        if status == requests.codes.ok:
            return
        if status in PASSING:
            wait = _retry_after(response.headers.get("Retry-After"))
            if wait is not None and wait > self.longest_wait:
                raise KoladaError(f"Kolada ber oss vänta i {wait / 60:.0f} minuter. Försök igen då.")
            what = (
                "Kolada får för många frågor."
                if status == requests.codes.too_many
                else "Kolada har ett tillfälligt fel."
            )
            if wait is None and status == requests.codes.too_many:
                wait = BARE_PAUSE
            self._hold(wait or 0.0)
            raise _PassingError(what)
        if status in (401, 403, 407):
            message = (
                f"Något på vägen släppte inte fram frågan till Kolada (svar {status}). Fråga den som sköter nätet."
            )
            raise KoladaError(message)
        message = f"Kolada tog inte emot frågan {urlsplit(response.url).path} (svar {status})."
        raise KoladaError(f"{message} Kontrollera {URL_VARIABLE}, om den är satt.")

    def _await_turn(self) -> None:
        """Wait for one's turn, and once more if Kolada asked for a pause meanwhile."""
        for _ in range(2):
            with self._turn:
                now = time.monotonic()
                turn = max(now, self._next_turn)
                self._next_turn = turn + self._spacing
            if turn > now:
                self._sleep(turn - now)
            if self._held <= turn:
                return

    def _hold(self, seconds: float) -> None:
        """Let no thread ask anything for some seconds: what Kolada asks of one, it asks of all."""
        if seconds:
            with self._turn:
                self._next_turn = self._held = max(self._next_turn, time.monotonic() + seconds)

    @property
    def _session(self) -> requests.Session:
        """Return this thread's own session: requests does not promise that one can be shared."""
        if not hasattr(self._local, "session"):
            session = self._local.session = requests.Session()
            session.headers["User-Agent"] = f"styrlib/{version('styrlib')} (uppföljning av kommunala mål)"
            # The environment's proxy and CA settings, looked up once in place of at each request.
            settings = session.merge_environment_settings(self.base, {}, None, None, None)
            session.proxies, session.verify, session.trust_env = settings["proxies"], settings["verify"], False
        return self._local.session


@cache
def _decoder(kind: type[Item]) -> msgspec.json.Decoder[Envelope[Item]]:
    return msgspec.json.Decoder(Envelope[kind])


def _envelope(content: bytes, kind: type[Item]) -> Envelope[Item]:
    """Return the answer's envelope, or raise: an outage has come as HTML with status 200."""
    try:
        envelope = _decoder(kind).decode(content)
    except msgspec.ValidationError as error:
        message = "Kolada svarade med rader som inte går att förstå. Inget av svaret behölls."
        raise _PassingError(message) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _PassingError("Kolada svarade med något annat än siffror, kanske en felsida.") from error
    if envelope.count not in (None, len(envelope.values)):
        raise _PassingError("Kolada svarade med ett ofullständigt svar.")
    return envelope


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        right = parts.port is None or parts.port > 0
        return right and parts.scheme in ("http", "https") and bool(parts.hostname) and not re.search(r"\s", text)
    except ValueError:
        return False


def _retry_after(header: str | None) -> float | None:
    """Return the seconds to wait, from seconds or a date; None for neither."""
    if header is None:
        return None
    try:
        return max(0.0, float(header))
    except ValueError:
        pass
    try:
        return max(0.0, (parsedate_to_datetime(header) - dt.datetime.now(dt.UTC)).total_seconds())
    except (ValueError, TypeError):
        return None
