/** The shapes of the API by their short names. Times are Unix seconds. */

import type { components } from "./generated";

type Schemas = components["schemas"];

export interface Page<T> {
  items: T[];
  next_cursor: string | null;
  total: number | null;
}

export type Act = Schemas["ActName"];
export type Account = Schemas["Account"];
export type AccountChange = Schemas["AccountChange"];
export type AccountInput = Schemas["AccountInput"];
export type Assignment = Schemas["Assignment"];
export type AuditEntry = Schemas["AuditEntry"];
export type BySuccessor = Schemas["SuccessorProgress"];
export type Condition = Schemas["Condition"];
export type ByHandItem = Schemas["ByHandItem"];
export type ContactWay = Schemas["ContactWay"];
export type ContactWayKind = Schemas["ContactWayKind"];
export type ContactWayMove = Schemas["ContactWayMove"];
export type ContactWayOfLeaver = Schemas["ContactWayOfLeaver"];
export type Counts = Schemas["Counts"];
export type CustomerOfLeaver = Schemas["CustomerOfLeaver"];
export type Departure = Schemas["Departure"];
export type Department = Schemas["Department"];
export type Doctor = Schemas["DoctorReport"];
export type DoctorLine = Schemas["DoctorLine"];
export type DryRun = Schemas["DryRun"];
export type Figure = Schemas["Figure"];
export type GroupOfLeaver = Schemas["CustomerGroup"];
export type Handover = Schemas["Handover"];
export type HandoverRequest = Schemas["HandoverInput"];
export type HandoverSummary = Schemas["HandoverSummary"];
export type Kind = Schemas["HandoverKind"];
export type NamedMember = Schemas["NamedMember"];
export type PointInput = Schemas["PointInput"];
export type Leaver = Schemas["Leaver"];
export type LeaverContactWays = Schemas["LeaverContactWays"];
export type LeaverDetail = Schemas["LeaverDetail"];
export type Member = Schemas["Member"];
export type MyCustomer = Schemas["MyCustomer"];
export type NoticeDraft = Schemas["NoticeDraft"];
export type NoticeDraftsInput = Schemas["NoticeDraftsInput"];
export type NoticeFigures = Schemas["NoticeFigures"];
export type NoticeInput = Schemas["NoticeInput"];
export type NoticePlan = Schemas["NoticePlan"];
export type Outcome = Schemas["Outcome"];
export type OutcomeLine = Schemas["OutcomeLine"];
export type Overview = Schemas["Overview"];
export type ProblemBody = Schemas["ProblemDetails"];
export type Progress = Schemas["Progress"];
export type PlanningSettings = Schemas["PlanningSettings"];
export type RetryInput = Schemas["RetryInput"];
export type RetentionAt = Schemas["RetentionAt"];
export type Role = Schemas["RoleName"];
export type Row = Schemas["Row"];
export type RowReason = Schemas["RowReason"];
export type Rule = Schemas["Rule"];
export type RuleSet = Schemas["RuleSet"];
export type RuleSetInput = Schemas["RuleSetInput"];
export type RowDetail = Schemas["RowDetail"];
export type RowState = Schemas["RowStateName"];
export type Session = Schemas["Session"];
export type Step = Schemas["Step"];
export type SyncRun = Schemas["SyncRun"];
export type Target = Schemas["Target"];
export type Teammate = Schemas["Teammate"];
export type MemberProfile = Schemas["MemberProfile"];
export type CustomerProfile = Schemas["CustomerProfile"];
export type Todo = Schemas["Todo"];
export type WecomSettings = Schemas["WecomSettings"];
export type WecomSettingsChange = Schemas["WecomSettingsInput"];
