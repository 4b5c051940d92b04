"""The sample app's one table."""

from django.db import models


class Family(models.Model):
    """A family that has sent its file, or has not yet."""

    name = models.CharField(max_length=100)
    email = models.EmailField()
    is_complete = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.name
