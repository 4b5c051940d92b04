"""What the sheets of restarting and stopping are asked about: names, matched against Heroku's own patterns."""

from django import forms
from django.core.validators import RegexValidator

from opsconsole.ops.dynos.judge import Target

DYNO = RegexValidator(r"\A[A-Za-z0-9_-]{1,128}([.-][A-Za-z0-9-]{1,60})?\Z")
PROCESS_TYPE = RegexValidator(r"\A[\w-]{1,128}\Z")


class RestartForm(forms.Form):
    """One dyno, one process type, or neither: all that is scaled."""

    dyno = forms.CharField(required=False, max_length=200, validators=[DYNO], widget=forms.HiddenInput)
    type = forms.CharField(
        required=False, max_length=128, validators=[PROCESS_TYPE], widget=forms.HiddenInput
    )

    def target(self) -> Target:
        values = self.cleaned_data
        if values["dyno"]:
            return Target(scope="dyno", name=values["dyno"])
        return Target(scope="type", name=values["type"]) if values["type"] else Target(scope="app")


class StopForm(forms.Form):
    """The dyno to stop."""

    dyno = forms.CharField(max_length=200, validators=[DYNO], widget=forms.HiddenInput)
