"""A JSON column that holds one rule value, decoded straight into its Struct."""

from __future__ import annotations

from typing import Any

import msgspec
from django.db import models
from psycopg.types.json import Jsonb


class StructField(models.JSONField):
    """Stores a msgspec Struct as jsonb. The bytes go from the driver to the Struct without a dict between."""

    def __init__(self, struct: Any = None, **options: Any) -> None:
        self.struct = struct
        super().__init__(**options)

    def deconstruct(self) -> Any:
        # The type is code, not schema: migrations see a plain JSON column.
        name, _, args, options = super().deconstruct()
        return name, "django.db.models.JSONField", args, options

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        if value is None:
            return None
        return msgspec.json.decode(value, type=self.struct)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        if value is None or hasattr(value, "as_sql"):
            return super().get_db_prep_value(value, connection, prepared)
        return Jsonb(value, dumps=msgspec.json.encode)

    def to_python(self, value: Any) -> Any:
        return value
