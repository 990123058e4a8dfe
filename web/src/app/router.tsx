/** Every page, its address and what its address remembers. */

import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  parseSearchWith,
  stringifySearchWith,
} from "@tanstack/react-router";
import { Entrance } from "../session/Entrance";
import { NotFound } from "./NotFound";

const root = createRootRouteWithContext<{ queries: QueryClient }>()({
  component: Entrance,
  notFoundComponent: NotFound,
});

type Raw = Record<string, unknown>;
type Words<Name extends string> = { [name in Name]?: string | undefined };
type Lists<Name extends string> = { [name in Name]?: string[] | undefined };
type Numbers<Name extends string> = { [name in Name]?: number | undefined };

function asWord(value: unknown): string | undefined {
  if (typeof value === "number") return String(value);
  return typeof value === "string" && value !== "" ? value : undefined;
}

function word(raw: Raw, name: string): string | undefined {
  return asWord(raw[name]);
}

function words(raw: Raw, name: string): string[] | undefined {
  const values = [raw[name]].flat().flatMap((value) => asWord(value) ?? []);
  return values.length > 0 ? values : undefined;
}

function whole(raw: Raw, name: string): number | undefined {
  const value = Number(raw[name]);
  return raw[name] !== undefined && Number.isSafeInteger(value) ? value : undefined;
}

const parent = () => root;

const today = createRoute({
  getParentRoute: parent,
  path: "/",
  component: lazyRouteComponent(() => import("../today/TodayPage"), "TodayPage"),
});

const leavers = createRoute({
  getParentRoute: parent,
  path: "/leavers",
  validateSearch: (raw: Raw): Words<"q" | "state"> => ({
    q: word(raw, "q"),
    state: word(raw, "state"),
  }),
  component: lazyRouteComponent(() => import("../handover/leavers/LeaversPage"), "LeaversPage"),
});

const leaver = createRoute({
  getParentRoute: parent,
  path: "/leavers/$userid",
  validateSearch: (raw: Raw): Words<"tab" | "q" | "tag"> => ({
    tab: word(raw, "tab"),
    q: word(raw, "q"),
    tag: word(raw, "tag"),
  }),
  component: lazyRouteComponent(() => import("../handover/leavers/LeaverPage"), "LeaverPage"),
});

const contactWays = createRoute({
  getParentRoute: parent,
  path: "/contact-ways",
  validateSearch: (raw: Raw): Words<"q" | "left"> => ({
    q: word(raw, "q"),
    left: raw.left === true || raw.left === "true" ? "true" : undefined,
  }),
  component: lazyRouteComponent(
    () => import("../handover/ways/ContactWaysPage"),
    "ContactWaysPage",
  ),
});

const handovers = createRoute({
  getParentRoute: parent,
  path: "/handovers",
  validateSearch: (raw: Raw): Words<"state"> => ({ state: word(raw, "state") }),
  component: lazyRouteComponent(() => import("../handover/HandoversPage"), "HandoversPage"),
});

const wizard = createRoute({
  getParentRoute: parent,
  path: "/handovers/new",
  validateSearch: (raw: Raw): Words<"leaver" | "draft"> & Numbers<"step"> => ({
    leaver: word(raw, "leaver"),
    step: whole(raw, "step"),
    draft: word(raw, "draft"),
  }),
  component: lazyRouteComponent(() => import("../handover/wizard/WizardPage"), "WizardPage"),
});

const progress = createRoute({
  getParentRoute: parent,
  path: "/handovers/$id",
  validateSearch: (
    raw: Raw,
  ): Words<"state" | "successor" | "kind" | "q" | "tab" | "step" | "outcome" | "actor"> &
    Numbers<"row" | "from" | "until"> => ({
    tab: word(raw, "tab"),
    step: word(raw, "step"),
    outcome: word(raw, "outcome"),
    actor: word(raw, "actor"),
    state: word(raw, "state"),
    successor: word(raw, "successor"),
    kind: word(raw, "kind"),
    q: word(raw, "q"),
    row: whole(raw, "row"),
    from: whole(raw, "from"),
    until: whole(raw, "until"),
  }),
  component: lazyRouteComponent(() => import("../handover/progress/ProgressPage"), "ProgressPage"),
});

const departures = createRoute({
  getParentRoute: parent,
  path: "/departures",
  validateSearch: (raw: Raw): Words<"q" | "sort"> => ({
    q: word(raw, "q"),
    sort: word(raw, "sort"),
  }),
  component: lazyRouteComponent(() => import("../departure/DeparturesPage"), "DeparturesPage"),
});

const departure = createRoute({
  getParentRoute: parent,
  path: "/departures/$userid",
  validateSearch: (raw: Raw): Words<"tab"> => ({ tab: word(raw, "tab") }),
  component: lazyRouteComponent(() => import("../departure/DeparturePage"), "DeparturePage"),
});

const outcome = createRoute({
  getParentRoute: parent,
  path: "/outcome",
  validateSearch: (raw: Raw): Words<"by"> & Numbers<"from" | "to"> => ({
    by: word(raw, "by"),
    from: whole(raw, "from"),
    to: whole(raw, "to"),
  }),
  component: lazyRouteComponent(() => import("../outcome/OutcomePage"), "OutcomePage"),
});

const cases = createRoute({
  getParentRoute: parent,
  path: "/cases",
  validateSearch: (raw: Raw): Words<"state"> => ({ state: word(raw, "state") }),
  component: lazyRouteComponent(() => import("../handover/cases/CasesPage"), "CasesPage"),
});

const oneCase = createRoute({
  getParentRoute: parent,
  path: "/cases/$id",
  component: lazyRouteComponent(() => import("../handover/cases/CasePage"), "CasePage"),
});

const approvals = createRoute({
  getParentRoute: parent,
  path: "/approvals",
  validateSearch: (raw: Raw): Words<"tab"> => ({ tab: word(raw, "tab") }),
  component: lazyRouteComponent(
    () => import("../handover/approvals/ApprovalsPage"),
    "ApprovalsPage",
  ),
});

const orphans = createRoute({
  getParentRoute: parent,
  path: "/orphans",
  component: lazyRouteComponent(() => import("../handover/OrphansPage"), "OrphansPage"),
});

const rules = createRoute({
  getParentRoute: parent,
  path: "/rules",
  component: lazyRouteComponent(() => import("../handover/rules/RuleSetsPage"), "RuleSetsPage"),
});

const newRules = createRoute({
  getParentRoute: parent,
  path: "/rules/new",
  component: lazyRouteComponent(() => import("../handover/rules/RuleSetPage"), "NewRuleSetPage"),
});

const oneRules = createRoute({
  getParentRoute: parent,
  path: "/rules/$id",
  component: lazyRouteComponent(() => import("../handover/rules/RuleSetPage"), "RuleSetPage"),
});

const team = createRoute({
  getParentRoute: parent,
  path: "/team",
  component: lazyRouteComponent(() => import("../team/TeamPage"), "TeamPage"),
});

const customers = createRoute({
  getParentRoute: parent,
  path: "/customers",
  validateSearch: (raw: Raw): Words<"q" | "member" | "tag" | "passed" | "state"> => ({
    q: word(raw, "q"),
    member: word(raw, "member"),
    tag: word(raw, "tag"),
    passed: word(raw, "passed"),
    state: word(raw, "state"),
  }),
  component: lazyRouteComponent(() => import("../customer/CustomersPage"), "CustomersPage"),
});

const customer = createRoute({
  getParentRoute: parent,
  path: "/customers/$id",
  validateSearch: (raw: Raw): Words<"kind"> => ({ kind: word(raw, "kind") }),
  component: lazyRouteComponent(() => import("../customer/CustomerPage"), "CustomerPage"),
});

const firstContacts = createRoute({
  getParentRoute: parent,
  path: "/first-contacts",
  validateSearch: (raw: Raw): Words<"state"> => ({ state: word(raw, "state") }),
  component: lazyRouteComponent(() => import("../handover/FirstContactsPage"), "FirstContactsPage"),
});

const wecom = createRoute({
  getParentRoute: parent,
  path: "/settings/wecom",
  component: lazyRouteComponent(() => import("../settings/WecomPage"), "WecomPage"),
});

const sync = createRoute({
  getParentRoute: parent,
  path: "/settings/sync",
  component: lazyRouteComponent(() => import("../settings/SyncPage"), "SyncPage"),
});

const approvalRules = createRoute({
  getParentRoute: parent,
  path: "/settings/approval",
  component: lazyRouteComponent(() => import("../settings/ApprovalRulesPage"), "ApprovalRulesPage"),
});

const checklists = createRoute({
  getParentRoute: parent,
  path: "/settings/checklists",
  component: lazyRouteComponent(() => import("../settings/ChecklistsPage"), "ChecklistsPage"),
});

const texts = createRoute({
  getParentRoute: parent,
  path: "/settings/texts",
  component: lazyRouteComponent(() => import("../settings/TextsPage"), "TextsPage"),
});

const accounts = createRoute({
  getParentRoute: parent,
  path: "/settings/accounts",
  component: lazyRouteComponent(() => import("../settings/AccountsPage"), "AccountsPage"),
});

const appearance = createRoute({
  getParentRoute: parent,
  path: "/settings/appearance",
  component: lazyRouteComponent(() => import("../settings/AppearancePage"), "AppearancePage"),
});

const audit = createRoute({
  getParentRoute: parent,
  path: "/trust/audit",
  validateSearch: (raw: Raw): Words<"act" | "actor" | "object"> & Numbers<"from" | "to"> => ({
    act: word(raw, "act"),
    actor: word(raw, "actor"),
    object: word(raw, "object"),
    from: whole(raw, "from"),
    to: whole(raw, "to"),
  }),
  component: lazyRouteComponent(() => import("../trust/AuditPage"), "AuditPage"),
});

const my = createRoute({
  getParentRoute: parent,
  path: "/my",
  component: lazyRouteComponent(() => import("../my/MyPage"), "MyPage"),
});

const archiveStatus = createRoute({
  getParentRoute: parent,
  path: "/archive",
  component: lazyRouteComponent(() => import("../archive/StatusPage"), "StatusPage"),
});

const archivePolicies = createRoute({
  getParentRoute: parent,
  path: "/archive/policies",
  component: lazyRouteComponent(() => import("../archive/PoliciesPage"), "PoliciesPage"),
});

const archiveHolds = createRoute({
  getParentRoute: parent,
  path: "/archive/holds",
  component: lazyRouteComponent(() => import("../archive/HoldsPage"), "HoldsPage"),
});

const archiveErasures = createRoute({
  getParentRoute: parent,
  path: "/archive/erasures",
  component: lazyRouteComponent(() => import("../archive/ErasuresPage"), "ErasuresPage"),
});

const archiveReviews = createRoute({
  getParentRoute: parent,
  path: "/archive/reviews",
  validateSearch: (raw: Raw): Words<"tab" | "first" | "last"> => ({
    tab: word(raw, "tab"),
    first: word(raw, "first"),
    last: word(raw, "last"),
  }),
  component: lazyRouteComponent(() => import("../archive/reviews/ReviewsPage"), "ReviewsPage"),
});

const archiveReview = createRoute({
  getParentRoute: parent,
  path: "/archive/reviews/$id",
  validateSearch: (
    raw: Raw,
  ): Words<"tab" | "state" | "category" | "reviewer"> & Numbers<"item"> => ({
    tab: word(raw, "tab"),
    state: word(raw, "state"),
    category: word(raw, "category"),
    reviewer: word(raw, "reviewer"),
    item: whole(raw, "item"),
  }),
  component: lazyRouteComponent(() => import("../archive/reviews/ReviewPage"), "ReviewPage"),
});

const archiveSearch = createRoute({
  getParentRoute: parent,
  path: "/archive/search",
  validateSearch: (
    raw: Raw,
  ): Lists<"staff" | "customers" | "rooms" | "departments" | "tags" | "kinds" | "without"> &
    Words<"channel" | "conversation"> &
    Numbers<"from" | "to"> => ({
    staff: words(raw, "staff"),
    customers: words(raw, "customers"),
    rooms: words(raw, "rooms"),
    departments: words(raw, "departments"),
    tags: words(raw, "tags"),
    kinds: words(raw, "kinds"),
    without: words(raw, "without"),
    channel: word(raw, "channel"),
    conversation: word(raw, "conversation"),
    from: whole(raw, "from"),
    to: whole(raw, "to"),
  }),
  component: lazyRouteComponent(() => import("../archive/SearchPage"), "SearchPage"),
});

const conversations = createRoute({
  getParentRoute: parent,
  path: "/archive/conversations",
  validateSearch: (raw: Raw): Words<"person" | "side" | "room" | "kind" | "channel"> => ({
    person: word(raw, "person"),
    side: word(raw, "side"),
    room: word(raw, "room"),
    kind: word(raw, "kind"),
    channel: word(raw, "channel"),
  }),
  component: lazyRouteComponent(() => import("../archive/ConversationsPage"), "ConversationsPage"),
});

const conversation = createRoute({
  getParentRoute: () => conversations,
  path: "$id",
  validateSearch: (raw: Raw): Words<"around" | "sender"> => ({
    around: word(raw, "around"),
    sender: word(raw, "sender"),
  }),
  component: lazyRouteComponent(() => import("../archive/ConversationPage"), "ConversationPage"),
});

const tree = root.addChildren([
  today,
  leavers,
  leaver,
  contactWays,
  handovers,
  wizard,
  progress,
  departures,
  departure,
  outcome,
  cases,
  oneCase,
  approvals,
  orphans,
  rules,
  newRules,
  oneRules,
  team,
  customers,
  customer,
  firstContacts,
  wecom,
  sync,
  approvalRules,
  checklists,
  texts,
  accounts,
  appearance,
  audit,
  my,
  archiveStatus,
  archivePolicies,
  archiveHolds,
  archiveErasures,
  archiveReviews,
  archiveReview,
  archiveSearch,
  conversations.addChildren([conversation]),
]);

/** Ids have 63 bits: a number that large stays the text it is. */
function parsed(text: string): unknown {
  const value: unknown = JSON.parse(text);
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) throw new Error("not exact");
  return value;
}

export function createAppRouter(queries: QueryClient) {
  return createRouter({
    routeTree: tree,
    context: { queries },
    parseSearch: parseSearchWith(parsed),
    stringifySearch: stringifySearchWith(JSON.stringify, parsed),
    defaultPreload: "intent",
    scrollRestoration: true,
    defaultNotFoundComponent: NotFound,
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
