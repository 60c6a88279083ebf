"""The desks: panels of a page at which somebody works. Each asks the gateway as its viewer, lists
what it finds, opens one of them, and describes the forms by which it is acted on. The board draws
lists, items and forms, and knows of nothing else; who may do what, the gateway decides.
"""

from __future__ import annotations

from collections.abc import Mapping

from workbench.ui.desks.alerts import Alerts
from workbench.ui.desks.assessment import Assessments
from workbench.ui.desks.assessment_page import AssessmentResults
from workbench.ui.desks.briefs import Briefs
from workbench.ui.desks.desk import Desk
from workbench.ui.desks.my_data import MyData
from workbench.ui.desks.procedures import Procedures
from workbench.ui.desks.procedures_due import ProceduresDue
from workbench.ui.desks.releases import Releases
from workbench.ui.desks.told import ToldDesk
from workbench.ui.desks.trail import Trail
from workbench.ui.desks.uses import WhoUses
from workbench.ui.desks.what_if import WhatIf
from workbench.ui.desks.work import Applications, Cases, DueList
from workbench.ui.page import DeskName

DESKS: Mapping[DeskName, Desk] = {
    DeskName.my_data: MyData(),
    DeskName.applications: Applications(),
    DeskName.cases: Cases(),
    DeskName.due: DueList(),
    DeskName.uses: WhoUses(),
    DeskName.trail: Trail(),
    DeskName.told: ToldDesk(),
    DeskName.releases: Releases(),
    DeskName.procedures_due: ProceduresDue(),
    DeskName.procedures: Procedures(),
    DeskName.what_if: WhatIf(),
    DeskName.alerts: Alerts(),
    DeskName.briefs: Briefs(),
    DeskName.assessments: Assessments(),
    DeskName.assessment_results: AssessmentResults(),
}
"""The closed set, by the name that a page's file says."""
