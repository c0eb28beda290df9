"""The door for a WSGI server: `granian --interface wsgi recours.config.wsgi:application`."""

import os

from django.core.wsgi import get_wsgi_application

from recours.config.structs import read_struct_types

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "recours.config.settings")

application = get_wsgi_application()
read_struct_types()
