"""Stored results for key results, objectives and branches; pages and lists read these."""

from django.db import models

from okapi.base.fields import ExactDecimalField
from okapi.base.models import OrgModel
from okapi.goals.models.keyresult import KeyResult
from okapi.goals.models.objective import Objective
from okapi.orgs.models import Cycle, Team


class KeyResultStanding(OrgModel):
    """A key result's standing (现状).

    `progress` is raw and kept although the data may be stale; expected is not stored, it is a
    function of the curve and of `covered_on`, the end of the newest measured period.
    `inside` of `ended` periods count for keep. `mode` is what start and target make of it (see
    `core.starts`), empty for other kinds than metric. `turns_on` is the day on which health would
    change if nothing arrives.
    """

    key_result = models.OneToOneField(
        KeyResult, on_delete=models.CASCADE, primary_key=True, related_name="standing"
    )
    current = ExactDecimalField(null=True)
    progress = models.FloatField(null=True)
    covered_on = models.DateField(null=True)
    inside = models.PositiveIntegerField(null=True)
    ended = models.PositiveIntegerField(null=True)
    mode = models.CharField(max_length=8, blank=True)
    health = models.CharField(max_length=12, default="none")
    reason = models.CharField(max_length=60, blank=True)
    reason_data = models.JSONField(default=dict)
    probability = models.FloatField(null=True)
    confidence = models.PositiveSmallIntegerField(null=True)
    checked_in_at = models.DateTimeField(null=True)
    is_mismatch = models.BooleanField(default=False)
    spark = models.JSONField(default=list)
    turns_on = models.DateField(null=True)
    number_of_state = models.PositiveBigIntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["turns_on"], name="kr_standing_turns")]

    def __str__(self) -> str:
        return f"{self.key_result_id}: {self.progress} {self.health}"


class ObjectiveStanding(OrgModel):
    """An objective's own standing and its support; what lies below is in its branch.

    `mismatches` are those of its key results; `has_kpi` says whether one of them moves a KPI.
    """

    objective = models.OneToOneField(
        Objective, on_delete=models.CASCADE, primary_key=True, related_name="standing"
    )
    progress = models.FloatField(null=True)
    known = models.PositiveSmallIntegerField(default=0)
    counted = models.PositiveSmallIntegerField(default=0)
    health = models.CharField(max_length=12, default="none")
    reason = models.CharField(max_length=60, blank=True)
    reason_data = models.JSONField(default=dict)
    mismatches = models.PositiveSmallIntegerField(default=0)
    has_kpi = models.BooleanField(default=False)
    support = models.FloatField(null=True)
    supporters = models.PositiveIntegerField(default=0)
    guard = models.CharField(max_length=12, blank=True)
    turns_on = models.DateField(null=True)
    number_of_state = models.PositiveBigIntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["turns_on"], name="objective_standing_turns")]

    def __str__(self) -> str:
        return f"{self.objective_id}: {self.progress} {self.health}"


class BranchStanding(OrgModel):
    """A branch (支脉) of an objective, a team or the organisation in one cycle.

    Counts objectives by health, each once however many paths lead to it; public ones only.
    `object_id` is the objective's, team's or organisation's id; an objective has one branch, in
    its own cycle. `total` is the sum of the own progress of the `measured` ones, from which
    `progress`, their mean, is kept up to date by differences.
    """

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=12)
    object_id = models.UUIDField()
    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="+", db_index=False)
    on_track = models.PositiveIntegerField(default=0)
    at_risk = models.PositiveIntegerField(default=0)
    off_track = models.PositiveIntegerField(default=0)
    no_data = models.PositiveIntegerField(default=0)
    none = models.PositiveIntegerField(default=0)
    progress = models.FloatField(null=True)
    measured = models.PositiveIntegerField(default=0)
    total = models.FloatField(default=0)
    number_of_state = models.PositiveBigIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "kind", "object_id", "cycle"], name="branch_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"


class BranchMember(OrgModel):
    """What the branches above an objective count it with; no row: they do not count it.

    Only the renewer writes it, so that what it adds to the branches is always the difference from
    what they hold. `team` is the one whose branch it begins in: its own, or its owner's.
    """

    objective = models.OneToOneField(
        Objective, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="+", db_index=False)
    team = models.ForeignKey(
        Team, on_delete=models.CASCADE, null=True, related_name="+", db_index=False
    )
    health = models.CharField(max_length=12)
    progress = models.FloatField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["organisation", "cycle", "team"], name="branch_member_team")
        ]

    def __str__(self) -> str:
        return f"{self.objective_id}: {self.health}"


class BranchLink(OrgModel):
    """An alignment as the branches count it: that of two objectives, once.

    Only the renewer writes it (see `BranchMember`).
    """

    id = models.BigAutoField(primary_key=True)
    child = models.ForeignKey(Objective, on_delete=models.CASCADE, related_name="+", db_index=False)
    parent = models.ForeignKey(
        Objective, on_delete=models.CASCADE, related_name="+", db_index=False
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "child", "parent"], name="branch_link_once"
            )
        ]
        indexes = [models.Index(fields=["organisation", "parent"], name="branch_link_parent")]

    def __str__(self) -> str:
        return f"{self.child_id} under {self.parent_id}"


class GoalHistory(OrgModel):
    """What the standing of a key result or objective was from `valid_from` until the next row."""

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=12)
    object_id = models.UUIDField()
    valid_from = models.DateTimeField()
    is_reconstructed = models.BooleanField(default=False)
    current = ExactDecimalField(null=True)
    progress = models.FloatField(null=True)
    health = models.CharField(max_length=12)
    reason = models.CharField(max_length=60, blank=True)
    probability = models.FloatField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["organisation", "kind", "object_id", "valid_from"], name="goal_history_from"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id} from {self.valid_from}: {self.health}"


class Dirty(OrgModel):
    """What the renewer has still to do (`kind` is one of `choices.Dirt`).

    Rows are only added; the renewer deletes those that it has read and merges equal ones. (If a
    second writer found the first one's row and added none, the renewer could delete that row
    before it sees what the second one wrote.)
    """

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=20)
    object_id = models.UUIDField()

    class Meta:
        indexes = [models.Index(fields=["organisation", "id"], name="dirty_next")]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"
