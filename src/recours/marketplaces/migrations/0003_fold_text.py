"""How text is made comparable: lower case, no accents, ligatures apart. Extensions (unaccent) are not relied on."""

from django.db import migrations

FOLD = r"""
CREATE FUNCTION recours_fold(given text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
  SELECT regexp_replace(
    replace(replace(normalize(lower(given), NFD), 'œ', 'oe'), 'æ', 'ae'),
    U&'[\0300-\036f’]', '', 'g')
$$
"""


class Migration(migrations.Migration):
    dependencies = [("marketplaces", "0002_relations_and_constraints")]
    operations = [migrations.RunSQL(FOLD, "DROP FUNCTION recours_fold(text)")]
