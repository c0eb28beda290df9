"""What the desk's one search box looks in: what people said in a claim, what the desk noted, and what people are called.

The words of messages have had their index since conversations/0002. These indexes span the tables of several apps
because the search does; nothing but the search reads them.
"""

from django.db import migrations

# In the form that is bound when it is made: an index is built with an empty search path, and would not find the others.
# Folding drops a typographic apostrophe, which would join what it keeps apart: it is made a plain one first.
FUNCTIONS = r"""
CREATE FUNCTION recours_words(given text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
  RETURN to_tsvector('french'::regconfig, recours_fold(replace(given, '’', '''')));
CREATE FUNCTION recours_names(given text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
  RETURN to_tsvector('simple'::regconfig, recours_fold(given));
-- What somebody typed with an event, whatever its kind calls it.
CREATE FUNCTION recours_said(body jsonb) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN coalesce(body->>'text', body->>'reasons', body->>'explanation', body#>>'{opening,explanation}');
"""
INDEXES = """
-- Most events are the clock's or a button's, and say nothing.
CREATE INDEX event_words ON claims_claimevent USING gin (recours_words(recours_said(body)))
  WHERE recours_said(body) IS NOT NULL;
CREATE INDEX note_words ON claims_internalnote USING gin (recours_words(text));
CREATE INDEX buyer_names ON marketplaces_buyer USING gin (recours_names(name));
CREATE INDEX shop_names ON marketplaces_shop USING gin (recours_names(name));
"""
NO_INDEXES = "DROP INDEX event_words, note_words, buyer_names, shop_names"
NO_FUNCTIONS = "DROP FUNCTION recours_words(text), recours_names(text), recours_said(jsonb)"


class Migration(migrations.Migration):
    dependencies = [
        ("casework", "0001_keep_views"),
        ("claims", "0011_index_more_queues"),
        ("conversations", "0006_watch_for_what_is_withheld"),
        ("marketplaces", "0006_return_addresses"),
    ]
    operations = [migrations.RunSQL(FUNCTIONS, NO_FUNCTIONS), migrations.RunSQL(INDEXES, NO_INDEXES)]
