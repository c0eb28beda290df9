"""Django's settings. The environment is read here, once, and nowhere else."""

import os
from email.utils import parseaddr
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from recours.config.database import EmbeddedServer
from recours.config.home import home, own_secret_key
from recours.files.clamd import ClamAddress, clam_address
from recours.files.places import Bucket, bucket
from recours.marketplaces.profiles import PROFILES


def _text(name: str, default: str = "") -> str:
    return os.environ.get(name, "").strip() or default


def _flag(name: str) -> bool:
    value = _text(name, "0").lower()
    if value not in {"0", "1", "no", "yes", "false", "true"}:
        raise ImproperlyConfigured(f"{name} is {value!r}; write 1 or 0.")
    return value in {"1", "yes", "true"}


def _number(name: str, default: int) -> int:
    try:
        return int(_text(name, str(default)))
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} must be a whole number.") from error


def _list(name: str, default: str = "") -> list[str]:
    return [part.strip() for part in _text(name, default).split(",") if part.strip()]


# -- what kind of installation this is ---------------------------------------------------------------------

PACKAGE = Path(__file__).resolve().parent.parent
HOME = home()
TESTING = _flag("RECOURS_TEST")
DEMO = _flag("RECOURS_DEMO")
DEBUG = _flag("RECOURS_DEBUG")

_embedded_uri = EmbeddedServer(HOME).uri
_database_url = _text("DATABASE_URL", _embedded_uri)
EMBEDDED = _database_url == _embedded_uri

if DEMO and not EMBEDDED:
    # The demo signs anybody in as anybody. It must not exist where real claims are.
    raise ImproperlyConfigured(
        "RECOURS_DEMO and DATABASE_URL are both set: the demo only runs on its own database."
    )

SECRET_KEY = _text("RECOURS_SECRET_KEY", _text("SECRET_KEY"))
if not SECRET_KEY:
    if not EMBEDDED and not TESTING:
        raise ImproperlyConfigured("Set RECOURS_SECRET_KEY to a long random text that stays the same.")
    SECRET_KEY = "x" * 50 if TESTING else own_secret_key(HOME)
SECRET_KEY_FALLBACKS = _list("RECOURS_SECRET_KEY_FALLBACKS")

SECURE = not (DEMO or DEBUG or TESTING)
"""Whether browsers are held to HTTPS: everywhere but on a developer's own machine."""

# -- database ----------------------------------------------------------------------------------------------

DATABASES = {"default": dj_database_url.parse(_database_url)}
_database: dict[str, Any] = DATABASES["default"]  # type: ignore[assignment]
if _database["ENGINE"] != "django.db.backends.postgresql":
    raise ImproperlyConfigured(
        "DATABASE_URL must name a PostgreSQL database: postgresql://user:password@host/name"
    )
_database.setdefault("OPTIONS", {})
_database["TEST"] = {"NAME": _text("RECOURS_TEST_DATABASE", "test_recours")}
if _text("RECOURS_PREPARE", "1") != "0":
    # What is asked again and again is planned once per connection, which halves PostgreSQL's share of a page.
    # A pooler that moves a connection between statements (PgBouncer before 1.21) wants RECOURS_PREPARE=0.
    _database["OPTIONS"] |= {"server_side_binding": True, "prepare_threshold": 5}
if _pool_size := _number("RECOURS_POOL_SIZE", 0):
    # Set by `recours serve`: as many connections as it has threads, kept open between requests.
    _database["OPTIONS"]["pool"] = {"min_size": 1, "max_size": _pool_size, "timeout": 10}
    # Asked of each connection handed out: without it a restart of PostgreSQL is a page of errors.
    _database["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# -- applications ------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "recours.ui",  # before allauth and Django's forms: their templates are ours
    "django.forms",
    "recours.people",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_htmx",
    "template_partials",
    "csp",
    "procrastinate.contrib.django",
    "recours.jobs",
    "recours.live",
    "recours.marketplaces",
    "recours.files",
    "recours.outbox",
    "recours.notices",
    "recours.staff",
    "recours.helpcentre",
    "recours.conversations",
    "recours.claims",
    "recours.refunds",
    "recours.channels",
    "recours.dossier",
    "recours.posting",
    "recours.casework",
    "recours.buyer",
    "recours.seller",
    "recours.desk",
    "recours.guide",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "recours.ui.caching.private_pages",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "recours.people.gate.Gate",
    "recours.ui.chinese.ChineseWhereItIs",
    "recours.ui.unopened.explain_unopened",
]

ROOT_URLCONF = "recours.config.urls"
WSGI_APPLICATION = "recours.config.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "recours.notices.context.bell",
            ],
        },
    },
]

if DEMO:
    # Doors that let anybody in as anybody: neither installed nor routed anywhere else.
    INSTALLED_APPS.append("recours.demo")
    TEMPLATES[0]["OPTIONS"]["context_processors"].append("recours.demo.context.banner")

FORM_RENDERER = "recours.ui.forms.Renderer"
CSRF_FAILURE_VIEW = "recours.ui.views.csrf_failure"

# -- people ------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = [
    "recours.people.signed_in.ByPassword",
    "recours.people.signed_in.ByAllauth",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
if TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "start"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "optional" if DEMO or TESTING else "mandatory"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_ADAPTER = "recours.outbox.adapter.OutboxAccountAdapter"
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
MFA_ADAPTER = "recours.people.second_factor.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {
    "add_webauthn": "recours.people.passkeys.AddPasskeyForm",
    "authenticate_webauthn": "recours.people.passkeys.PasskeyForm",
    "edit_webauthn": "recours.people.passkeys.RenamePasskeyForm",
    "reauthenticate_webauthn": "recours.people.passkeys.PasskeyAgainForm",
}
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEMO  # http://localhost; anywhere else a passkey asks for https
STAFF_SECOND_FACTOR = _text("RECOURS_STAFF_SECOND_FACTOR", "1") not in {"0", "no", "false"}
"""Whether a desk opens only to who signs in with a second factor too, and asks for it again before money moves."""
if DEMO or TESTING:
    # The doors of the demo let anybody in as anybody, without a password; the tests say when they want it.
    STAFF_SECOND_FACTOR = False

UNDO_SECONDS = _number("RECOURS_UNDO_SECONDS", 0 if TESTING else 10)
"""For how long an agent can take back what they have just sent to a party; 0 sends it at once."""
if not 0 <= UNDO_SECONDS <= 60:
    raise ImproperlyConfigured("RECOURS_UNDO_SECONDS must be between 0 and 60.")

WEBHOOK_DAYS = _number("RECOURS_WEBHOOK_DAYS", 90)
"""For how long what channels tell us is kept where it became nothing that anybody reads."""
if WEBHOOK_DAYS < 8:
    # Meta tells a webhook again for a week, and it is known again by what was kept.
    raise ImproperlyConfigured("RECOURS_WEBHOOK_DAYS must be 8 or more.")

# -- language and time -------------------------------------------------------------------------------------

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français"), ("en", "English"), ("zh-hans", "简体中文")]
# The last one has what a shop reads, and is offered there alone: ui/chinese.py, docs/chinese.md.
LOCALE_PATHS = [PACKAGE / "locale"]
LANGUAGE_COOKIE_NAME = "recours_language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LANGUAGE_COOKIE_SAMESITE = "Lax"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Paris"

# -- files -------------------------------------------------------------------------------------------------

MEDIA_ROOT = Path(_text("RECOURS_FILES", str(HOME / "files")))
"""Evidence. Never served from here: `recours.files` hands each one out after asking who may see it."""
STATIC_URL = "/static/"
STATIC_ROOT = Path(_text("RECOURS_STATIC", str(HOME / "static")))


def _bucket(text: str) -> Bucket | None:
    if not text:
        return None
    try:
        found = bucket(text)
    except ValueError as error:
        raise ImproperlyConfigured(f"RECOURS_EVIDENCE must read {error}.") from error
    if any(find_spec(name) is None for name in ("boto3", "storages")):
        raise ImproperlyConfigured(
            "RECOURS_EVIDENCE needs what `pip install 'django-storages[s3]'` installs."
        )
    return found


EVIDENCE_BUCKET = _bucket(_text("RECOURS_EVIDENCE"))
"""Where evidence lies instead of this disk; its keys are AWS's own variables, which boto3 reads."""


def _clamav(text: str) -> ClamAddress | None:
    try:
        return clam_address(text) if text else None
    except ValueError as error:
        raise ImproperlyConfigured(f"RECOURS_CLAMAV is {text!r}; write {error}.") from error


CLAMAV = _clamav(_text("RECOURS_CLAMAV"))
"""The virus scanner that looks at each file; none: files are not scanned."""
CLAMAV_REQUIRED = _text("RECOURS_CLAMAV_REQUIRED", "1") not in {"0", "no", "false"}
"""Whether a file is shown to nobody until it was scanned, or in the meantime as well."""
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "evidence": {"BACKEND": "recours.files.s3.S3EvidenceStorage", "OPTIONS": {"bucket": EVIDENCE_BUCKET}}
    if EVIDENCE_BUCKET
    else {"BACKEND": "recours.files.storage.EvidenceStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TESTING or DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = TESTING or DEBUG
FILE_UPLOAD_HANDLERS = [
    "recours.files.uploading.CappedUploadHandler",  # first: what is too large is not written down
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
"""Bytes of a form without its files: an explanation of 5,000 emoji is 20 kB."""
DATA_UPLOAD_MAX_NUMBER_FILES = 30

# -- security ----------------------------------------------------------------------------------------------

ALLOWED_HOSTS = _list("RECOURS_HOSTS", "localhost,127.0.0.1,[::1]" if EMBEDDED or DEBUG else "")
if TESTING:
    ALLOWED_HOSTS = ["localhost", "127.0.0.1", "testserver"]
CSRF_TRUSTED_ORIGINS = _list("RECOURS_ORIGINS")
PROXIES = max(1, _number("RECOURS_PROXIES", 1))
"""How many proxies of ours stand in front, where there is one."""
if _flag("RECOURS_BEHIND_PROXY"):
    # Only when the operator says that a proxy sets this header: otherwise anybody could claim to be on HTTPS.
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = SECURE
    # Attempts to sign in are counted by the visitor's address, not by the proxy's.
    ALLAUTH_TRUSTED_PROXY_COUNT = PROXIES
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_ENGINE = "recours.people.signed_in"
SESSION_SERIALIZER = "django.contrib.sessions.serializers.JSONSerializer"
CSRF_COOKIE_HTTPONLY = True
SECURE_HSTS_SECONDS = _number("RECOURS_HSTS_SECONDS", 31_536_000) if SECURE else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# -- pages that change by themselves -----------------------------------------------------------------------

# Open pages listen to a process of its own, `recours live`. Its port on this machine's name, or its whole address
# where a proxy leads there ("/live/"). Neither: pages ask again every twenty seconds.
LIVE_PORT = _number("RECOURS_LIVE_PORT", 0)
LIVE_URL = _text("RECOURS_LIVE_URL")


def _stream_source() -> list[str]:
    """Return what browsers must be let listen to beside this site."""
    if LIVE_URL.startswith(("http://", "https://")):
        parts = urlsplit(LIVE_URL)
        return [f"{parts.scheme}://{parts.netloc}"]
    return [f"{'https' if SECURE else 'http'}://*:{LIVE_PORT}"] if LIVE_PORT and not LIVE_URL else []


CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "connect-src": [SELF, *_stream_source()],
        "img-src": [SELF, "blob:", "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# -- mail --------------------------------------------------------------------------------------------------


def _mail(url: str) -> dict[str, Any]:
    """Return Django's mail settings for `smtp://user:password@host:587?tls=1`, `smtps://…` or `console:`."""
    parts = urlsplit(url)
    if parts.scheme == "console":
        return {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise ImproperlyConfigured(
            "RECOURS_MAIL must read smtp://user:password@host:587?tls=1, smtps://… or console:"
        )
    tls = parse_qs(parts.query).get("tls", ["1" if parts.port == 587 else "0"])[0] == "1"
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or (465 if parts.scheme == "smtps" else 25),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parts.scheme == "smtp" and tls,
        "EMAIL_TIMEOUT": 20,
    }


globals().update(_mail(_text("RECOURS_MAIL", "console:")))
DEFAULT_FROM_EMAIL = _text("RECOURS_MAIL_FROM", "Recours <ne-pas-repondre@example.org>")
SERVER_EMAIL = parseaddr(DEFAULT_FROM_EMAIL)[1]
MAIL_DOMAIN = SERVER_EMAIL.rpartition("@")[2]
"""Of our Message-IDs."""
REPLY_ADDRESS = _text("RECOURS_REPLY_ADDRESS", "reponse@example.org" if DEMO or TESTING else "")
"""Where answers by mail arrive; each mail carries it with a token of its own: reponse+TOKEN@example.org. Empty: mails
say that an answer is written on the site."""
BOUNCE_ADDRESS = _text("RECOURS_BOUNCE_ADDRESS")
"""Where mails that cannot be delivered come back, each to an address of its own: retour+MAIL.SEAL@example.org. Empty:
they come back to the sender."""
SITE_URL = _text("RECOURS_URL", "http://localhost:8000").rstrip("/")
"""The site's address as its readers know it, for links in mails."""
MAIL_RENDERERS = {
    "conversations": "recours.conversations.mails.render",
    "claims": "recours.claims.mails.render",
    "withdrawals": "recours.claims.acknowledgements.render",
    "refunds": "recours.refunds.mails.render",
    "account": "recours.outbox.accounts.render",
    "mail": "recours.channels.mail.answers.render",
    "channels": "recours.channels.mails.render",
}
"""Who words a mail, by the name in its row."""
MESSAGE_FOLLOWERS = [
    "recours.claims.announcing.agent_following",
    "recours.channels.commands.forms.sender_following",
]
"""Who hears of a message without being a party: from a conversation's id to Followers of `conversations.news`."""

MESSAGE_CARRIER = "recours.channels.commands.carrying.carry"
"""What puts a message on its way by a channel from outside, for the storeys above: it may refuse it, and says whether
it goes that way."""

MAIL_AUTHSERV = [name.lower() for name in _list("RECOURS_MAIL_AUTHSERV")]
"""Names under which our own mail servers write Authentication-Results; those of others are not believed."""


def _imap(url: str) -> dict[str, Any] | None:
    """Return where mails are fetched, of `imaps://user:password@host:993/folder` or `imap://…?tls=1`; None for none."""
    if not url:
        return None
    parts = urlsplit(url)
    if parts.scheme not in {"imap", "imaps"} or not parts.hostname or not parts.username:
        raise ImproperlyConfigured("RECOURS_IMAP must read imaps://user:password@host:993/folder")
    starttls = parse_qs(parts.query).get("tls", ["0"])[0] == "1"
    return {
        "host": parts.hostname,
        "port": parts.port or (993 if parts.scheme == "imaps" else 143),
        "user": unquote(parts.username),
        "password": unquote(parts.password or ""),
        "folder": unquote(parts.path.strip("/")) or "INBOX",
        "tls": "implicit" if parts.scheme == "imaps" else "starttls" if starttls else "",
    }


IMAP = _imap(_text("RECOURS_IMAP"))
MAIL_WEBHOOK = _text("RECOURS_MAIL_WEBHOOK").lower()
"""The service that posts mails and bounces to us, by Anymail's name; without a secret its address does not exist."""
MAIL_WEBHOOK_SECRET = _text("RECOURS_MAIL_WEBHOOK_SECRET")
if MAIL_WEBHOOK and MAIL_WEBHOOK_SECRET:
    INSTALLED_APPS.append("anymail")
    # "user:password", asked of the service at each call; Mailgun signs with a key besides.
    ANYMAIL = {"WEBHOOK_SECRET": MAIL_WEBHOOK_SECRET}
    if _key := _text("RECOURS_MAIL_WEBHOOK_KEY"):
        ANYMAIL[f"{MAIL_WEBHOOK.upper()}_WEBHOOK_SIGNING_KEY"] = _key
if DEMO:
    # Nothing leaves the machine: /demo/mailbox/ shows what would have.
    EMAIL_BACKEND = "recours.demo.mailbox.EmailBackend"

# -- refunds -----------------------------------------------------------------------------------------------

STRIPE_KEY = _text("RECOURS_STRIPE_KEY")
STRIPE_WEBHOOK_SECRETS = _list("RECOURS_STRIPE_WEBHOOK_SECRET")
"""What Stripe signs its webhooks with; two while one replaces the other. None: the address does not exist."""
STRIPE_ADDRESS = _text("RECOURS_STRIPE_ADDRESS")
"""Where Stripe answers; empty for the real one."""

MERCI_FACTEUR_SERVICE = _text("RECOURS_MERCI_FACTEUR_SERVICE")
MERCI_FACTEUR_SECRET = _text("RECOURS_MERCI_FACTEUR_SECRET")
MERCI_FACTEUR_USER = _text("RECOURS_MERCI_FACTEUR_USER")
"""The account that letters are posted from. All three, or people print them and take them to the post."""
MERCI_FACTEUR_WEBHOOK_SECRET = _text("RECOURS_MERCI_FACTEUR_WEBHOOK_SECRET")
MERCI_FACTEUR_ADDRESS = _text("RECOURS_MERCI_FACTEUR_ADDRESS")
"""Where Merci facteur answers; empty for the real one."""

SEPA_NAME, SEPA_IBAN, SEPA_BIC = (
    _text("RECOURS_SEPA_NAME"),
    _text("RECOURS_SEPA_IBAN").replace(" ", "").upper(),
    _text("RECOURS_SEPA_BIC").upper(),
)
"""The account that transfers leave from: whose it is, its number, its bank. All three, or there are no files."""
SEPA_MESSAGE = _text("RECOURS_SEPA_MESSAGE", "pain.001.001.09")
"""The form of the file that the bank takes: pain.001.001.09, or .03 for a bank that has not changed yet."""
if SEPA_MESSAGE not in {"pain.001.001.03", "pain.001.001.09"}:
    raise ImproperlyConfigured("RECOURS_SEPA_MESSAGE must be pain.001.001.03 or pain.001.001.09")


def _routes(entries: list[str]) -> list[tuple[str, str]]:
    """Return (method, provider) of `card:stripe`; `*` is any method."""
    routes = [
        (method.strip().casefold(), name.strip()) for method, _, name in (e.partition(":") for e in entries)
    ]
    for method, name in routes:
        if not method or name not in {"manual", "sepa", "stripe"}:
            raise ImproperlyConfigured(
                "RECOURS_REFUND_ROUTES must read card:stripe,transfer:sepa,paypal:manual"
            )
    return routes


REFUND_ROUTES = _routes(_list("RECOURS_REFUND_ROUTES", "card:stripe,cb:stripe,carte:stripe"))
"""Who pays which payments back, by how the marketplace writes their method; the first that this installation has."""

# -- channels ----------------------------------------------------------------------------------------------

META_APP_SECRETS = _list("RECOURS_META_APP_SECRET")
"""What Meta signs its webhooks with; two while one replaces the other. None: their addresses do not exist."""
META_VERIFY_TOKEN = _text("RECOURS_META_VERIFY_TOKEN")
"""What Meta names once, when the webhook's address is entered there."""
META_ADDRESS = _text("RECOURS_META_ADDRESS")
"""Where the Graph answers, with its version; empty for the real one."""
META_SENDS_PROOF = _flag("RECOURS_META_PROOF")
"""Whether our calls prove that we have the app's secret (the first of META_APP_SECRETS), as an app may ask for."""
WHATSAPP_TOKEN = _text("RECOURS_WHATSAPP_TOKEN")


def _pairs(name: str, shape: str) -> list[tuple[str, str]]:
    """Return the pairs of `one:two,three:four`."""
    found = []
    for first, _, second in (entry.partition(":") for entry in _list(name)):
        if not first.strip() or not second.strip():
            raise ImproperlyConfigured(f"{name} must read {shape},{shape}, in this order.")
        found.append((first.strip(), second.strip()))
    return found


def _accounts(name: str) -> dict[str, str]:
    """Return accounts, each with its marketplace's slug, of `belle:106540352242922,autre:…`."""
    return {account: slug for slug, account in _pairs(name, "slug:id")}


MESSENGER_HUMAN_AGENT = _flag("RECOURS_MESSENGER_HUMAN_AGENT")
"""Whether Meta granted the feature by which a person may answer for seven days."""
WHATSAPP_NUMBERS = _accounts("RECOURS_WHATSAPP_NUMBERS")
"""Our numbers on WhatsApp by Meta's `phone_number_id`, each with its marketplace's slug."""
FACEBOOK_PAGES = _accounts("RECOURS_FACEBOOK_PAGES")
"""Our pages on Facebook by their ids, each with its marketplace's slug: their Messenger, and what is commented."""
FACEBOOK_TOKENS = dict(_pairs("RECOURS_FACEBOOK_TOKENS", "page:token"))
"""The token of each page, `106700000000001:EAAG…`: Meta gives one for each."""
FACEBOOK_ADDRESS = _text("RECOURS_FACEBOOK_ADDRESS")
"""Where the Graph answers for pages, where that is not META_ADDRESS: a simulator's."""

# -- the guide ---------------------------------------------------------------------------------------------

GUIDE_PROFILES = _list(
    "RECOURS_GUIDE", "aliexpress_fr,grandbazar_exemple" if DEMO or TESTING else "aliexpress_fr"
)
"""The marketplaces that the guide knows, by the names of their profiles; `none`: there is no guide."""
if GUIDE_PROFILES == ["none"]:
    GUIDE_PROFILES = []
if _unknown := [name for name in GUIDE_PROFILES if name not in PROFILES]:
    raise ImproperlyConfigured(
        f"RECOURS_GUIDE: no profile {', '.join(_unknown)}; there are {', '.join(PROFILES)}"
    )

# -- logs and jobs -----------------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname:7} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {
        "handlers": ["console"],
        "level": _text("RECOURS_LOG_LEVEL", "WARNING" if TESTING else "INFO").upper(),
    },
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "django.server": {"handlers": [], "propagate": True},
        # One line for every job fetched and finished would bury the rest.
        "procrastinate": {"level": "WARNING"},
        # They would write down whole requests, and with them what signs them.
        "boto3": {"level": "WARNING"},
        "botocore": {"level": "WARNING"},
        # Its refusals are ours to tell; two lines for each call say nothing more.
        "stripe": {"level": "CRITICAL"},
    },
}
PROCRASTINATE_WORKER_DEFAULTS = {"shutdown_graceful_timeout": 20}
