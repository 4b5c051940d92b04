"""Django's registration of the one app."""

from django.apps import AppConfig


class OpsConfig(AppConfig):
    name = "opsconsole.ops"
    label = "ops"
    verbose_name = "Console"
