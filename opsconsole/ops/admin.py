"""Django's administration, for looking around: behind our own sign-in, for administrators; the token is not here.

What may be changed has its page in the console, whose use cases ask for rights and keep the journal. What people say of an
app may be changed here too, by the same use case; nothing else is written.
"""

from functools import wraps
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, path
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from opsconsole.ops.access.models import Grant, Invitation, User
from opsconsole.ops.access.rights import Right, actor_of, may, require
from opsconsole.ops.changes.models import ChangeInProgress
from opsconsole.ops.fleet.describe import Description, describe
from opsconsole.ops.fleet.models import App, ProcessType
from opsconsole.ops.journal.models import Entry, Outcome
from opsconsole.ops.scaling.models import RememberedType, Sleep
from opsconsole.ops.ui.columns import WORDS, column

if TYPE_CHECKING:
    from django.db.models import Field
    from django.forms import ModelForm

    ModelAdmin = admin.ModelAdmin[Any]
    TabularInline = admin.TabularInline[Any, Any]
else:
    ModelAdmin, TabularInline = admin.ModelAdmin, admin.TabularInline

# Signing in and out, one's password and what Django would note of its own have their places elsewhere in the console.
NOT_HERE = {
    *("login", "logout", "password_change", "password_change_done"),
    *("autocomplete", "view_on_site"),
}


class Administration(admin.AdminSite):
    site_title = site_header = _("Vue technique")
    index_title = _("Ce que la console garde")
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_active and getattr(request.user, "is_staff", False))

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:  # noqa: ANN401 -- as Django types it
        """Answer 403 to whom this is not for: Django would send them to a sign-in page of its own."""
        shown = super().admin_view(view, cacheable)

        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **values: Any) -> HttpResponse:
            require(request, Right.PEOPLE)
            if not self.has_permission(request):
                raise PermissionDenied
            answer: HttpResponse = shown(request, *args, **values)
            return answer

        return guarded

    def get_urls(self) -> list[URLPattern | URLResolver]:
        return [url for url in super().get_urls() if getattr(url, "name", None) not in NOT_HERE]


class LookedAt:
    """What is shown and nothing else, whatever an address, a form or somebody's rights say."""

    model: type[Model]
    details: ClassVar[tuple[str, ...]] = ()

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002, ANN401
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002, ANN401
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002, ANN401
        return False

    def get_fields(self, *_args: object) -> list[Any]:
        return [column(self.model, name) for name in self.details]

    def get_readonly_fields(self, *_args: object) -> list[Any]:
        return self.get_fields()


class Table(LookedAt, ModelAdmin):
    actions = None
    list_per_page = 50
    list_max_show_all = 0
    show_full_result_count = False

    def get_list_display(self, *_args: object) -> list[Any]:
        return [column(self.model, str(name)) for name in self.list_display]

    def get_urls(self) -> list[URLPattern]:
        """A list and a page for each row: adding, deleting and Django's own history have no address."""
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        guard = self.admin_site.admin_view
        return [
            path("", guard(self.changelist_view), name=f"{name}_changelist"),
            path("<path:object_id>/change/", guard(self.change_view), name=f"{name}_change"),
        ]

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:  # noqa: ARG002
        """A filter in the address may ask only for what is offered: others would let one guess at a password's hash."""
        return lookup.split("__", maxsplit=1)[0] in self.list_filter


class Rows(LookedAt, TabularInline):
    extra = 0
    can_delete = False


class Outcomes(Rows):
    model = Outcome
    details = ("at", "kind", "reason", "request_id", "detail")


class Entries(Table):
    list_display = ("at", "actor_name", "action", "app_title", "command_line")
    details = (
        *("at", "actor_name", "actor_profile", "actor_id", "actor_address", "session_reference", "action"),
        *("app_title", "app_name", "app_id", "before", "after", "command_line"),
    )
    search_fields = ("actor_name", "app_name", "app_title")
    ordering = ("-at",)
    inlines = (Outcomes,)


class AllOutcomes(Table):
    list_display = ("at", "entry", "kind", "reason", "request_id")
    details = (*list_display, "detail")
    list_select_related = ("entry",)
    ordering = ("-id",)


class ProcessTypes(Rows):
    model = ProcessType
    details = ("name", "label", "position", "protected")


class Apps(Table):
    """The one table that may be written, by the use case of the settings and its line in the journal."""

    list_display = ("name", "label", "environment", "protected", "listed", "shown", "position")
    details = ("name", "listed", "heroku_id", "former_name", "seen_at")
    written: ClassVar[tuple[str, ...]] = ("label", "environment", "protected", "shown", "position")
    inlines = (ProcessTypes,)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002, ANN401
        return may(request.user, Right.APPS)

    def get_fields(self, *_args: object) -> list[Any]:
        return [*self.written, *self.get_readonly_fields()]

    def get_readonly_fields(self, *_args: object) -> list[Any]:
        return [column(App, name) for name in self.details]

    def formfield_for_dbfield(self, db_field: "Field[Any, Any]", request: HttpRequest, **values: Any) -> Any:  # noqa: ANN401
        label = capfirst(WORDS.get(db_field.name) or db_field.verbose_name)
        return super().formfield_for_dbfield(db_field, request, **{**values, "label": label})

    def save_model(self, request: HttpRequest, obj: App, form: "ModelForm[App]", change: bool) -> None:  # noqa: ARG002, FBT001 -- Django calls it so
        wanted = {name: getattr(obj, name) for name in self.written}
        describe(
            obj, actor=actor_of(request), wanted=Description(**wanted, process_types={}), now=timezone.now()
        )

    def log_change(self, *_args: object) -> None:  # type: ignore[override]
        """Ours is the journal: Django keeps none."""


class Grants(Rows):
    model = Grant
    details = ("app_id",)


class People(Table):
    """Without the password, whose hash is nobody's business."""

    list_display = ("name", "username", "profile", "is_active", "limited", "last_login")
    details = (*list_display, "email", "date_joined")
    list_filter = ("profile", "is_active")
    search_fields = ("name", "username")
    inlines = (Grants,)


class Invitations(Table):
    """Without the hash of their link."""

    list_display = ("__str__", "profile", "created_at", "created_by", "expires_at", "used_at")
    details = ("username", "name", "profile", "apps", "created_at", "created_by", "expires_at", "used_at")


class Sleeps(Table):
    list_display = ("app_id", "by", "asked_at", "confirmed_at", "with_page")
    details = (*list_display, "entry_id")


class RememberedTypes(Table):
    list_display = ("app_id", "process_type", "quantity", "size")
    details = (*list_display, "entry_id")


class ChangesInProgress(Table):
    list_display = ("app_name", "action", "actor_name", "started_at", "sent_at", "lease_until")
    details = (*list_display, "app_id", "entry_id", "target", "steps", "owner")


TABLES: dict[type[Model], type[Table]] = {
    Entry: Entries,
    Outcome: AllOutcomes,
    App: Apps,
    User: People,
    Invitation: Invitations,
    Sleep: Sleeps,
    RememberedType: RememberedTypes,
    ChangeInProgress: ChangesInProgress,
}


def administration() -> Administration:
    """Return the site with its tables, for the list of addresses."""
    site = Administration(name="admin")
    for model, table in TABLES.items():
        site.register(model, table)
    return site
