"""`recours doctor`: look at an installation and say what to mend."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import click

from recours.cli.setup import close_connections, embedded_database, set_up_django

OLDEST_POSTGRES = 15
HEARTBEAT_LATE = timedelta(seconds=60)
"""Twice the thirty seconds after which a worker counts as lost."""
CLOCK_DRIFT = timedelta(seconds=5)
MAIL_LATE = timedelta(minutes=10)
"""A mail that should have left longer ago than this points at the worker, or at the mail server."""
LOST_LATELY = timedelta(days=7)


@dataclass(frozen=True)
class Finding:
    """One line of the report."""

    name: str
    status: str
    """ok, warn or fail."""
    says: str
    mend: str = ""


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Le rapport en JSON.")
def command(as_json: bool) -> None:
    """Examine l'installation ; sort en erreur si quelque chose empêche de servir."""
    findings: list[Finding] = []
    for finding in _findings():
        findings.append(finding)
        if not as_json:
            _show(finding)
    if as_json:
        click.echo(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False, indent=2))
    sys.exit(any(finding.status == "fail" for finding in findings))


def _show(finding: Finding) -> None:
    colour = {"ok": "green", "warn": "yellow", "fail": "red"}[finding.status]
    click.echo(f"{click.style(f'{finding.status:4}', fg=colour)}  {finding.name} : {finding.says}")
    if finding.mend:
        click.echo(f"      → {finding.mend}")


def _findings() -> Iterator[Finding]:
    yield _python()
    yield _time_zones()
    if os.environ.get("DATABASE_URL", "").strip():
        yield from _installation()
        return
    try:
        with embedded_database():
            yield from _installation()
    except click.ClickException as error:
        yield Finding(
            "Base de données",
            "fail",
            error.message,
            "Choisissez un dossier avec RECOURS_HOME, ou DATABASE_URL.",
        )


def _installation() -> Iterator[Finding]:
    try:
        set_up_django()
    except click.ClickException as error:
        yield Finding("Réglages", "fail", error.message, "Corrigez la variable nommée, puis relancez.")
        return
    try:
        database = _database()
        yield database
        checks: list[Callable[[], Finding]] = [
            _secret_key,
            _https,
            _hosts,
            _debug,
            _second_factor,
            _files,
            _videos,
            _scanner,
            _static,
            _translations,
            _mail,
            _card_refunds,
            _transfer_files,
            _site_address,
        ]
        if database.status != "fail":
            checks = [
                _migrations,
                _clock,
                _worker,
                *checks,
                _outbox,
                _channel_accounts,
                _channels,
                _silent_providers,
                _silent_post,
            ]
        for check in checks:
            yield check()
    finally:
        close_connections()


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    return Finding("Python", "ok", version)


def _time_zones() -> Finding:
    try:
        noon = datetime(2026, 7, 1, 12, tzinfo=ZoneInfo("Europe/Paris"))
    except Exception as error:
        return Finding("Fuseaux horaires", "fail", str(error), "Installez tzdata.")
    if noon.utcoffset() != timedelta(hours=2):
        return Finding(
            "Fuseaux horaires", "fail", "Paris n'est pas à l'heure d'été en juillet", "Mettez tzdata à jour."
        )
    return Finding("Fuseaux horaires", "ok", "Europe/Paris")


def _database() -> Finding:
    from django.db import DatabaseError, connection  # slow import

    name = "Base de données"
    try:
        connection.ensure_connection()
    except DatabaseError as error:
        return Finding(name, "fail", str(error).strip(), "Vérifiez DATABASE_URL et que le serveur répond.")
    version = connection.get_database_version()[0]
    if version < OLDEST_POSTGRES:
        return Finding(
            name, "fail", f"PostgreSQL {version}", f"Il faut PostgreSQL {OLDEST_POSTGRES} ou plus récent."
        )
    from django.conf import settings  # slow import

    return Finding(name, "ok", f"PostgreSQL {version}{', embarqué' if settings.EMBEDDED else ''}")


def _migrations() -> Finding:
    from django.db import connection  # slow import
    from django.db.migrations.executor import MigrationExecutor  # slow import

    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if missing:
        return Finding("Tables", "fail", f"{len(missing)} migrations à appliquer", "recours migrate")
    return Finding("Tables", "ok", "à jour")


def _clock() -> Finding:
    from django.db import connection  # slow import

    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        drift = abs(cursor.fetchone()[0] - datetime.now(UTC))
    if drift > CLOCK_DRIFT:
        says = f"{drift.total_seconds():.0f} s d'écart avec la base de données"
        return Finding("Horloge", "fail", says, "Réglez les deux machines sur un serveur de temps (NTP).")
    return Finding("Horloge", "ok", "d'accord avec la base de données")


def _worker() -> Finding:
    from django.db import DatabaseError  # slow import

    from recours.jobs.queries import queue_health  # slow import

    name = "Tâches de fond"
    try:
        health = queue_health()
    except DatabaseError:
        return Finding(name, "fail", "la file n'existe pas", "recours migrate")
    if health.last_heartbeat is None or health.last_heartbeat > HEARTBEAT_LATE:
        says = f"aucun processus ne travaille ({health.waiting} tâches en attente)"
        return Finding(name, "warn", says, "Lancez `recours worker` : sans lui aucun délai ne tombe.")
    if health.failed_today:
        says = f"{health.failed_today} tâches ont échoué depuis un jour"
        return Finding(name, "warn", says, "Lisez le journal du processus.")
    return Finding(name, "ok", f"dernier signe de vie il y a {health.last_heartbeat.total_seconds():.0f} s")


def _secret_key() -> Finding:
    from django.conf import settings  # slow import

    if len(settings.SECRET_KEY) < 32:
        return Finding(
            "Clé secrète", "fail", "trop courte", "RECOURS_SECRET_KEY : 50 caractères au hasard, constants."
        )
    return Finding("Clé secrète", "ok", "présente")


def _hosts() -> Finding:
    from django.conf import settings  # slow import

    mend = "RECOURS_HOSTS=recours.example.org"
    if not settings.ALLOWED_HOSTS:
        return Finding("Noms d'hôte", "fail", "aucun : chaque page serait refusée", mend)
    if "*" in settings.ALLOWED_HOSTS:
        return Finding("Noms d'hôte", "fail", "tous : un lien de courriel pourrait être détourné", mend)
    return Finding("Noms d'hôte", "ok", ", ".join(settings.ALLOWED_HOSTS))


def _https() -> Finding:
    from django.conf import settings  # slow import

    behind_proxy: object = settings.SECURE_PROXY_SSL_HEADER  # set or not, as the environment says
    if behind_proxy or os.environ.get("GRANIAN_SSL_CERTIFICATE"):
        return Finding("HTTPS", "ok", "assuré par le mandataire ou par le serveur")
    if settings.EMBEDDED or not settings.SESSION_COOKIE_SECURE:
        return Finding("HTTPS", "ok", "inutile sur cette machine")
    mend = "RECOURS_BEHIND_PROXY=1 derrière un mandataire qui envoie X-Forwarded-Proto, ou GRANIAN_SSL_CERTIFICATE."
    return Finding("HTTPS", "warn", "personne ne pourrait se connecter : les cookies exigent HTTPS", mend)


def _debug() -> Finding:
    from django.conf import settings  # slow import

    if settings.DEBUG:
        return Finding(
            "Mode débogage", "warn" if settings.EMBEDDED else "fail", "actif", "Retirez RECOURS_DEBUG."
        )
    return Finding("Mode débogage", "ok", "éteint")


def _second_factor() -> Finding:
    from django.conf import settings  # slow import

    name = "Second facteur"
    if settings.STAFF_SECOND_FACTOR:
        return Finding(name, "ok", "demandé à qui travaille à la plateforme")
    if settings.DEMO:
        return Finding(name, "ok", "inutile à la démonstration")
    mend = "Retirez RECOURS_STAFF_SECOND_FACTOR, sauf si un autre service demande un second facteur avant Recours."
    return Finding(
        name, "warn", "pas demandé : un mot de passe suffit pour lire les dossiers et rembourser", mend
    )


def _files() -> Finding:
    from django.conf import settings  # slow import

    from recours.files.storage import store  # Django must be ready

    where = str(settings.EVIDENCE_BUCKET or settings.MEDIA_ROOT)
    mend = "Donnez-nous ce dossier, ou un autre par RECOURS_FILES."
    if settings.EVIDENCE_BUCKET:
        mend = "Vérifiez RECOURS_EVIDENCE, AWS_ACCESS_KEY_ID et les droits : lire, écrire, lister, supprimer."
    try:
        store().try_out()
    except OSError as error:
        return Finding("Pièces", "fail", f"{where} : {error.strerror}", mend)
    return Finding("Pièces", "ok", where)


def _videos() -> Finding:
    from recours.files.press.parent import video_tools  # slow import

    name, mend = (
        "Vidéos",
        "Installez ffmpeg (Debian, Ubuntu : apt install ffmpeg) sur chaque machine qui sert.",
    )
    tools = video_tools()
    if tools is None:
        return Finding(name, "warn", "refusées : les programmes ffmpeg et ffprobe manquent", mend)
    for encoder in ("libx264", "aac"):
        command = [tools[0], "-nostdin", "-v", "quiet", "-h", f"encoder={encoder}"]
        said = subprocess.run(command, capture_output=True, check=False, timeout=20).stdout
        if b"Encoder " not in said:
            return Finding(
                name, "warn", f"{tools[0]} n'a pas l'encodeur {encoder} : elles seront refusées", mend
            )
    return Finding(name, "ok", tools[0])


def _scanner() -> Finding:
    from django.conf import settings  # slow import

    from recours.files.clamd import answers  # slow import

    name = "Antivirus"
    if settings.CLAMAV is None:
        mend = "RECOURS_CLAMAV=unix:/run/clamav/clamd.ctl, si clamd tourne sur cette machine."
        return Finding(
            name, "ok" if settings.EMBEDDED else "warn", "aucun : les pièces ne sont pas analysées", mend
        )
    where = settings.CLAMAV.path or f"{settings.CLAMAV.host}:{settings.CLAMAV.port}"
    if answers(settings.CLAMAV):
        return Finding(name, "ok", where)
    held = (
        "les nouvelles pièces sont retenues"
        if settings.CLAMAV_REQUIRED
        else "les pièces ne sont pas analysées"
    )
    return Finding(
        name, "warn", f"{where} ne répond pas : {held}", "Démarrez clamd, ou corrigez RECOURS_CLAMAV."
    )


def _static() -> Finding:
    from django.conf import settings  # slow import

    if not (Path(settings.STATIC_ROOT) / ".gathered").exists():
        return Finding(
            "Fichiers statiques", "warn", "pas encore rassemblés", "`recours serve` le fait au démarrage."
        )
    return Finding("Fichiers statiques", "ok", str(settings.STATIC_ROOT))


def _translations() -> Finding:
    from recours.config.translations import LOCALE, stale_catalogues  # slow import

    if list(stale_catalogues()):
        writable = os.access(LOCALE, os.W_OK)
        mend = (
            "`recours serve` le fait au démarrage."
            if writable
            else f"Rendez {LOCALE} accessible en écriture."
        )
        return Finding("Traductions", "warn" if writable else "fail", "à compiler", mend)
    return Finding("Traductions", "ok", "compilées")


def _mail() -> Finding:
    from django.conf import settings  # slow import

    if "console" in settings.EMAIL_BACKEND:
        mend = "RECOURS_MAIL=smtp://compte:secret@smtp.example.org:587?tls=1"
        return Finding(
            "Courriel", "ok" if settings.DEMO else "warn", "écrit dans le journal, pas envoyé", mend
        )
    return Finding("Courriel", "ok", f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}")


def _silent_providers() -> Finding:
    from django.db import DatabaseError  # slow import

    from recours.refunds.doubts import left_alone  # Django must be ready

    name = "Prestataires de paiement"
    try:
        found = left_alone()
    except DatabaseError:
        return Finding(name, "fail", "état illisible", "recours migrate")
    if not found:
        return Finding(name, "ok", "tous répondent")
    says = " ; ".join(
        f"{row.provider} ne répond plus depuis le {row.since:%d/%m à %H h %M} UTC "
        f"({row.failures} essais de suite), prochain essai à {until:%H h %M}"
        for row, until in found
    )
    mend = "Les remboursements attendent et partiront d'eux-mêmes. Regardez l'état du service chez le prestataire."
    return Finding(name, "warn", says, mend)


def _silent_post() -> Finding:
    from django.db import DatabaseError  # slow import

    from recours.posting.providers import AUTOMATIC, is_set_up  # Django must be ready
    from recours.refunds.doubts import left_alone

    name = "Lettres recommandées"
    if not is_set_up():
        return Finding(name, "ok", "imprimées par chacun", "RECOURS_MERCI_FACTEUR_…, pour les faire poster.")
    try:
        found = left_alone(AUTOMATIC)
    except DatabaseError:
        return Finding(name, "fail", "état illisible", "recours migrate")
    if not found:
        return Finding(name, "ok", "le prestataire répond")
    says = " ; ".join(
        f"{row.provider} ne répond plus depuis le {row.since:%d/%m à %H h %M} UTC" for row, _ in found
    )
    return Finding(name, "warn", says, "Les lettres attendent et partiront d'elles-mêmes, chacune une fois.")


def _card_refunds() -> Finding:
    from django.conf import settings  # slow import

    name = "Remboursements par carte"
    if not settings.STRIPE_KEY:
        return Finding(name, "ok", "à la main", "RECOURS_STRIPE_KEY, si Stripe encaisse vos paiements.")
    from recours.refunds.providers import NoAnswer  # Django must be ready
    from recours.refunds.providers.stripe.provider import Stripe  # slow import

    try:
        Stripe(settings.STRIPE_KEY, address=settings.STRIPE_ADDRESS, timeout=(3, 5)).check()
    except NoAnswer as error:
        mend = "Vérifiez RECOURS_STRIPE_KEY, et que cette machine atteint Stripe."
        return Finding(name, "fail", f"Stripe ne répond pas à cette clé ({error})", mend)
    if not settings.STRIPE_WEBHOOK_SECRETS:
        mend = "RECOURS_STRIPE_WEBHOOK_SECRET ; sans lui, un échec tardif ne se voit qu'au rapprochement."
        return Finding(name, "warn", "Stripe répond, mais ses annonces ne sont pas reçues", mend)
    if settings.STRIPE_ADDRESS and not settings.DEMO:
        mend = "Retirez RECOURS_STRIPE_ADDRESS une fois les essais finis."
        return Finding(name, "warn", f"simulés par {settings.STRIPE_ADDRESS} : aucun argent ne part", mend)
    return Finding(name, "ok", "Stripe répond")


def _transfer_files() -> Finding:
    from django.conf import settings  # slow import

    name, mend = (
        "Virements par fichier",
        "RECOURS_SEPA_NAME, RECOURS_SEPA_IBAN et RECOURS_SEPA_BIC, tous les trois.",
    )
    given = [settings.SEPA_NAME, settings.SEPA_IBAN, settings.SEPA_BIC]
    is_routed = any(provider == "sepa" for _, provider in settings.REFUND_ROUTES)
    if not any(given):
        if is_routed:
            return Finding(
                name, "fail", "RECOURS_REFUND_ROUTES les demande, et aucun compte n'est donné", mend
            )
        return Finding(name, "ok", "aucun", mend)
    if not all(given):
        return Finding(name, "fail", "le compte de départ est incomplet", mend)
    from stdnum import bic, iban  # slow import

    if not iban.is_valid(settings.SEPA_IBAN):
        return Finding(name, "fail", f"l'IBAN {settings.SEPA_IBAN} est faux", "Recopiez RECOURS_SEPA_IBAN.")
    if not bic.is_valid(settings.SEPA_BIC):
        return Finding(name, "fail", f"le BIC {settings.SEPA_BIC} est faux", "Recopiez RECOURS_SEPA_BIC.")
    if not is_routed:
        mend = "RECOURS_REFUND_ROUTES=transfer:sepa, avec le nom que vos imports donnent aux virements."
        return Finding(name, "warn", "un compte est donné, et aucun remboursement n'y passe", mend)
    return Finding(name, "ok", f"depuis {settings.SEPA_IBAN[:4]} •••• {settings.SEPA_IBAN[-4:]}")


def _site_address() -> Finding:
    from django.conf import settings  # slow import
    from django.http.request import validate_host  # slow import

    name, mend = (
        "Adresse du site",
        "RECOURS_URL=https://recours.example.org, telle que vos clients la tapent.",
    )
    host = urlsplit(settings.SITE_URL).hostname or ""
    if not settings.EMBEDDED and host in {"", "localhost", "127.0.0.1"}:
        says = f"{settings.SITE_URL} : les liens des courriels ne mèneraient nulle part"
        return Finding(name, "warn", says, mend)
    if settings.ALLOWED_HOSTS and not validate_host(host, settings.ALLOWED_HOSTS):
        says = f"{settings.SITE_URL} n'est pas un des noms d'hôte : les liens des courriels seraient refusés"
        return Finding(name, "warn", says, mend)
    return Finding(name, "ok", settings.SITE_URL)


def _outbox() -> Finding:
    from django.db import DatabaseError  # slow import

    from recours import clock  # slow import
    from recours.outbox.queries import tally  # slow import

    name, now = "Courriels", clock.now()
    try:
        found = tally(now)
    except DatabaseError:
        return Finding(name, "fail", "la boîte d'envoi n'existe pas", "recours migrate")
    says = f"{found.waiting} en attente, {found.not_arrived} non arrivés depuis une semaine"
    if found.oldest is not None and found.oldest < now - MAIL_LATE:
        late = f"{says} ; le plus ancien devait partir il y a {int((now - found.oldest).total_seconds() // 60)} min"
        return Finding(name, "warn", late, "Voyez RECOURS_MAIL et le journal de `recours worker`.")
    if found.not_arrived:
        return Finding(name, "warn", says, "La plateforme les voit sous « Courriels » ; chacun dit pourquoi.")
    return Finding(name, "ok", says)


def _channel_accounts() -> Finding:
    from recours.cli.channel_accounts import counted, wrong  # Django must be ready

    name, found = "Comptes des canaux", list(wrong())
    if found:
        return Finding(
            name, "warn", " ; ".join(says for says, _ in found), " ; ".join(mend for _, mend in found)
        )
    return Finding(name, "ok", counted() or "aucun")


def _channels() -> Finding:
    from django.conf import settings  # slow import
    from django.db import DatabaseError  # slow import

    from recours import clock  # slow import
    from recours.channels.queries import Lost, lost_since  # Django must be ready

    name = "Messages par canaux"
    try:
        lost = lost_since(clock.now() - LOST_LATELY)
    except DatabaseError:
        return Finding(name, "fail", "état illisible", "recours migrate")
    if not settings.META_APP_SECRETS and lost == Lost(0, 0, 0):
        return Finding(name, "ok", "aucun canal", "RECOURS_META_APP_SECRET et les suivants.")
    says = (
        f"depuis une semaine, {lost.failed} abandonnés, {lost.unknown_account} vers un compte inconnu, "
        f"{lost.unread} illisibles"
    )
    if lost.failed:
        mend = (
            "Personne ne les voit : lisez le journal de `recours worker`, qui dit pourquoi chacun a échoué."
        )
        return Finding(name, "warn", says, mend)
    if lost.unknown_account:
        mend = (
            "RECOURS_WHATSAPP_NUMBERS, RECOURS_FACEBOOK_PAGES : donnez chaque compte à une place de marché."
        )
        return Finding(name, "warn", says, mend)
    return Finding(name, "ok", says)
