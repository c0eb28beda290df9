"""The command line. `recours --help` reads the table below and imports nothing else."""

from importlib import import_module
from importlib.util import find_spec

import click

import recours

COMMANDS: dict[str, tuple[str, str]] = {
    # name: (module, which holds `command`; the line in the list)
    "demo": ("recours.cli.demo", "Un site de démonstration complet."),
    "serve": ("recours.cli.serve", "Le serveur web de production."),
    "worker": ("recours.cli.worker", "Le processus qui tient les délais et envoie le courrier."),
    "live": ("recours.cli.live", "Le processus que les pages ouvertes écoutent."),
    "migrate": ("recours.cli.migrate", "Met la base de données à jour."),
    "doctor": ("recours.cli.doctor", "Examine une installation et dit quoi corriger."),
    "rights": (
        "recours.cli.rights",
        "Ce que la loi donne et ce que les conditions donnent, dates à l'appui.",
    ),
    "policy": ("recours.cli.policy", "Vérifie, affiche et publie des conditions."),
    "profile": ("recours.cli.profile", "Vérifie et affiche des profils de places de marché."),
    "marketplace": ("recours.cli.marketplace", "Crée et liste les places de marché."),
    "help": ("recours.cli.help_", "Vérifie et charge les articles du centre d'aide."),
    "staff": ("recours.cli.staff", "Nomme le personnel des boutiques et de la plateforme."),
    "import": ("recours.cli.import_", "Importe commandes et livraisons."),
    "mail": ("recours.cli.mail", "Reçoit des courriels donnés en fichiers."),
    "dossier": ("recours.cli.dossier", "Le dossier d'une réclamation, en PDF ou en ZIP vérifiable."),
    "letter": ("recours.cli.letter", "Une lettre formelle en PDF, prête pour un recommandé."),
    "refunds": ("recours.cli.refunds", "Rapproche les remboursements de ce que disent les prestataires."),
    "verify": ("recours.cli.verify", "Rejoue chaque réclamation et nomme la première différence."),
    "simulate": ("recours.cli.simulate", "Un service extérieur simulé, sur un port de cette machine."),
    "manage": ("recours.cli.manage", "Les commandes de Django (shell, makemigrations…)."),
    "test": ("recours.cli.test", "Les tests (pytest)."),
    "lint": ("recours.cli.lint", "Tous les contrôles du code."),
    "bench": ("recours.cli.bench", "Les mesures de vitesse."),
    "faults": ("recours.cli.faults", "Des vies entières de réclamations, pendant que tout tombe."),
}


class LazyGroup(click.Group):
    """A group that imports a command's module when that command is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [name for name, (module, _) in COMMANDS.items() if find_spec(module)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.list_commands(ctx):
            return None
        command: click.Command = import_module(COMMANDS[cmd_name][0]).command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commandes"):
            formatter.write_dl([(name, COMMANDS[name][1]) for name in self.list_commands(ctx)])


@click.group(
    cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(recours.__version__, message="Recours %(version)s")
def group() -> None:
    """Recours : le centre de résolution des places de marché."""


def main() -> None:
    """The entry point of `recours`."""
    group(prog_name="recours")
