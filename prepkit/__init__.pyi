"""The public names, each with the module it comes from: a new one is added here and nowhere else.

``prepkit/__init__.py`` reads these lines, one name per line, and imports a name when it is used.
"""

from prepkit.answers import AnswerStore as AnswerStore
from prepkit.answers import read_answers as read_answers
from prepkit.answers import students_folder as students_folder
from prepkit.answers import user_folder as user_folder
from prepkit.answers.ledger import read_ledger as read_ledger
from prepkit.answers.preferences import PracticeLog as PracticeLog
from prepkit.answers.students import collected_answers as collected_answers
from prepkit.answers.students import student_store as student_store
from prepkit.answers.work import collected_work as collected_work
from prepkit.bank import Bank as Bank
from prepkit.bank import load_bank as load_bank
from prepkit.errors import BankError as BankError
from prepkit.errors import PrepkitError as PrepkitError
from prepkit.packets.roster import read_roster as read_roster
from prepkit.practice.cohort import answers_of as answers_of
from prepkit.practice.cohort import category_coverage as category_coverage
from prepkit.practice.cohort import cohort_frame as cohort_frame
from prepkit.practice.cohort import company_coverage as company_coverage
from prepkit.practice.cohort import student_summary as student_summary
from prepkit.practice.cohort import triage as triage
from prepkit.practice.coverage import coverage_frame as coverage_frame
from prepkit.practice.params import parse_params as parse_params
from prepkit.practice.plan import plan_frame as plan_frame
from prepkit.practice.plan import plan_note as plan_note
from prepkit.practice.plan_rules import rules_of as rules_of
from prepkit.practice.progress import due_frame as due_frame
from prepkit.practice.progress import progress_frame as progress_frame
from prepkit.practice.review import review_answer as review_answer
from prepkit.practice.selection import select_questions as select_questions
from prepkit.practice.steps import next_steps as next_steps
from prepkit.practice.weeks import weeks_frame as weeks_frame
from prepkit.records import Answer as Answer
from prepkit.records import Question as Question
from prepkit.widgets.cohort_views import answered_table as answered_table
from prepkit.widgets.cohort_views import by_category_table as by_category_table
from prepkit.widgets.cohort_views import by_company_table as by_company_table
from prepkit.widgets.cohort_views import cohort_plot as cohort_plot
from prepkit.widgets.cohort_views import students_table as students_table
from prepkit.widgets.cohort_views import triage_table as triage_table
from prepkit.widgets.cohort_weeks import weeks_plot as weeks_plot
from prepkit.widgets.cohort_weeks import weeks_table as weeks_table
from prepkit.widgets.company_picker import CompanyPicker as CompanyPicker
from prepkit.widgets.content import answer_html as answer_html
from prepkit.widgets.debrief import Debrief as Debrief
from prepkit.widgets.drawing import Plot as Plot
from prepkit.widgets.feedback import RatingDesk as RatingDesk
from prepkit.widgets.hand_in import HandIn as HandIn
from prepkit.widgets.home import Home as Home
from prepkit.widgets.job import JobDescription as JobDescription
from prepkit.widgets.ledger_views import ledger_table as ledger_table
from prepkit.widgets.ledger_views import unread_files_table as unread_files_table
from prepkit.widgets.mock import MockInterview as MockInterview
from prepkit.widgets.packet_tables import chosen_table as chosen_table
from prepkit.widgets.packet_tables import levels_table as levels_table
from prepkit.widgets.packet_tables import plan_table as plan_table
from prepkit.widgets.packet_tables import second_look_table as second_look_table
from prepkit.widgets.packet_tables import target_focus_table as target_focus_table
from prepkit.widgets.packet_tables import targets_table as targets_table
from prepkit.widgets.picker import Picker as Picker
from prepkit.widgets.plots import coverage_plot as coverage_plot
from prepkit.widgets.plots import focus_plot as focus_plot
from prepkit.widgets.plots import star_plot as star_plot
from prepkit.widgets.star_form import StarForm as StarForm
from prepkit.widgets.stories import Stories as Stories
from prepkit.widgets.student_feedback import coach_feedback as coach_feedback
from prepkit.widgets.table import Table as Table
from prepkit.widgets.tables import companies_table as companies_table
from prepkit.widgets.tables import focus_table as focus_table
from prepkit.widgets.tables import progress_table as progress_table
from prepkit.widgets.tables import questions_table as questions_table
from prepkit.widgets.tables import values_table as values_table
from prepkit.widgets.texts import DisplayText as DisplayText
from prepkit.widgets.texts import coach_note as coach_note
from prepkit.widgets.texts import company_sources as company_sources
from prepkit.widgets.texts import fill_in_name as fill_in_name
from prepkit.widgets.texts import paragraph as paragraph
from prepkit.widgets.texts import plan_rules as plan_rules
from prepkit.widgets.texts import story_hint as story_hint
from prepkit.widgets.texts import welcome as welcome
from prepkit.widgets.worksheet import Worksheet as Worksheet

__all__: list[str]
HOMES: dict[str, str]
