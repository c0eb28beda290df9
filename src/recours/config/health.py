"""Two questions a load balancer asks: is the process alive, and may it be sent people?"""

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers. Asks nothing of the database: its absence is no reason to kill the web server."""
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when the database answers and its migrations are those of this code; else 503 and one word."""
    try:
        executor = MigrationExecutor(connection)
        behind = bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    except DatabaseError:
        return HttpResponse("database\n", status=503, content_type="text/plain")
    if behind:
        return HttpResponse("migrations\n", status=503, content_type="text/plain")
    return HttpResponse("ok\n", content_type="text/plain")
