//! Who may do what: roles across, permissions down, in one table.

use std::collections::BTreeSet;

/// What a person is to the platform. One person may have several roles; together they may do what any of them may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Reads what was found: a board member, a clinician.
    Viewer,
    /// Brings extracts in, looks after runs, drafts the statement.
    Analyst,
    /// Works on a change: a matron, a QI lead.
    ProjectMember,
    /// Speaks with the people whom care does not reach.
    EngagementLead,
    /// Helps the engagement lead; not a member of staff.
    Volunteer,
    /// Approves what another person drafted.
    Approver,
    /// Looks after accounts and settings.
    Administrator,
}

impl Role {
    /// All of them, in the order of the table.
    pub const ALL: [Self; 7] = [
        Self::Viewer,
        Self::Analyst,
        Self::ProjectMember,
        Self::EngagementLead,
        Self::Volunteer,
        Self::Approver,
        Self::Administrator,
    ];

    /// Name in the store and in forms.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Analyst => "analyst",
            Self::ProjectMember => "project-member",
            Self::EngagementLead => "engagement-lead",
            Self::Volunteer => "volunteer",
            Self::Approver => "approver",
            Self::Administrator => "administrator",
        }
    }

    /// Name for a reader.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Viewer => "Viewer",
            Self::Analyst => "Analyst",
            Self::ProjectMember => "Project member",
            Self::EngagementLead => "Engagement lead",
            Self::Volunteer => "Volunteer",
            Self::Approver => "Approver",
            Self::Administrator => "Administrator",
        }
    }

    /// What it is, in a sentence.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Viewer => "Reads what was found: a board member, a clinician",
            Self::Analyst => "Brings data in, looks after runs, takes part in decisions",
            Self::ProjectMember => "Works on a change: a matron, a QI lead",
            Self::EngagementLead => "Speaks with the people whom care does not reach",
            Self::Volunteer => "Helps the engagement lead; not a member of staff",
            Self::Approver => "Approves what another person drafted",
            Self::Administrator => "Looks after accounts and settings",
        }
    }

    /// The role of a name.
    pub fn of(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.id() == id)
    }
}

/// Something that a person may be allowed to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Permission {
    /// Home, indicators, findings, their downloads.
    SeeFindings,
    /// What colleagues said of a finding, and what was decided.
    SeeDiscussion,
    /// Say something of a finding.
    Discuss,
    /// Decide on a finding, or put dissent on record.
    Decide,
    /// Agree on actions and mark them done.
    Act,
    /// Extracts, runs, what could not be used.
    SeeRuns,
    /// Bring an extract in; cancel a run or try it again.
    Import,
    /// What is counted, and how small counts are withheld.
    SeeDefinitions,
    /// Propose another version of a definition.
    ProposeDefinitions,
    /// Approve or refuse what another person proposed.
    ApproveDefinitions,
    /// The annual statement, once it is out.
    SeeStatements,
    /// Draft a statement, write its commentary, ask for its evidence.
    DraftStatements,
    /// Approve a statement that others drafted, and publish it.
    ApproveStatements,
    /// The organisation's name, code and logo; folders that are looked into.
    ManageSettings,
    /// Accounts, roles, sessions of others.
    ManagePeople,
    /// What was changed, when, by whom.
    SeeAudit,
}

impl Permission {
    /// Name in tokens' scopes.
    pub const fn id(self) -> &'static str {
        match self {
            Self::SeeFindings => "see-findings",
            Self::SeeDiscussion => "see-discussion",
            Self::Discuss => "discuss",
            Self::Decide => "decide",
            Self::Act => "act",
            Self::SeeRuns => "see-runs",
            Self::Import => "import",
            Self::SeeDefinitions => "see-definitions",
            Self::ProposeDefinitions => "propose-definitions",
            Self::ApproveDefinitions => "approve-definitions",
            Self::SeeStatements => "see-statements",
            Self::DraftStatements => "draft-statements",
            Self::ApproveStatements => "approve-statements",
            Self::ManageSettings => "manage-settings",
            Self::ManagePeople => "manage-people",
            Self::SeeAudit => "see-audit",
        }
    }

    /// The permission of a name.
    pub fn of(id: &str) -> Option<Self> {
        TABLE.iter().map(|row| row.permission).find(|permission| permission.id() == id)
    }
}

/// A row of the table.
pub struct Row {
    /// What may be done.
    pub permission: Permission,
    /// The same, for a reader.
    pub words: &'static str,
    /// Whether each role may, in the order of [`Role::ALL`].
    pub may: [bool; 7],
}

const X: bool = true;
const O: bool = false;

/// Roles across, permissions down.
#[rustfmt::skip]
pub const TABLE: &[Row] = &[
    //                                                                      viewer analyst project engagement volunteer approver administrator
    row(Permission::SeeFindings,   "See findings and indicators",            [X,     X,      X,      X,         X,        X,       X]),
    row(Permission::SeeDiscussion, "Read discussions and decisions",         [X,     X,      X,      X,         O,        X,       O]),
    row(Permission::Discuss,       "Take part in discussions",               [O,     X,      X,      X,         O,        X,       O]),
    row(Permission::Decide,        "Decide, and put dissent on record",      [O,     X,      X,      O,         O,        X,       O]),
    row(Permission::Act,           "Agree on actions and mark them done",    [O,     X,      X,      X,         O,        X,       O]),
    row(Permission::SeeRuns,       "See data, runs and what was not usable", [O,     X,      X,      O,         O,        X,       X]),
    row(Permission::Import,        "Bring data in, cancel and retry runs",   [O,     X,      O,      O,         O,        O,       O]),
    row(Permission::SeeDefinitions,     "See definitions",                   [X,     X,      X,      X,         O,        X,       X]),
    row(Permission::ProposeDefinitions, "Propose definitions",               [O,     X,      O,      O,         O,        O,       O]),
    row(Permission::ApproveDefinitions, "Approve what another proposed",     [O,     O,      O,      O,         O,        X,       O]),
    row(Permission::SeeStatements,      "See published statements",          [X,     X,      X,      X,         O,        X,       X]),
    row(Permission::DraftStatements,    "Draft statements",                  [O,     X,      O,      O,         O,        O,       O]),
    row(Permission::ApproveStatements,  "Approve and publish statements",    [O,     O,      O,      O,         O,        X,       O]),
    row(Permission::ManageSettings,     "Look after settings and schedules", [O,     O,      O,      O,         O,        O,       X]),
    row(Permission::ManagePeople,  "Look after accounts and roles",          [O,     O,      O,      O,         O,        O,       X]),
    row(Permission::SeeAudit,      "See the audit log",                      [O,     O,      O,      O,         O,        X,       X]),
];

const fn row(permission: Permission, words: &'static str, may: [bool; 7]) -> Row {
    Row { permission, words, may }
}

/// Whether somebody with these roles may do it.
pub fn may(roles: &BTreeSet<Role>, permission: Permission) -> bool {
    TABLE
        .iter()
        .filter(|row| row.permission == permission)
        .any(|row| Role::ALL.iter().zip(row.may).any(|(role, may)| may && roles.contains(role)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_permission_and_role_has_a_name_that_leads_back() {
        for row in TABLE {
            assert_eq!(Permission::of(row.permission.id()), Some(row.permission));
        }
        for role in Role::ALL {
            assert_eq!(Role::of(role.id()), Some(role));
        }
        assert_eq!(Role::of("root"), None);
    }

    #[test]
    fn roles_together_may_what_any_of_them_may() {
        let both = BTreeSet::from([Role::Viewer, Role::Administrator]);
        assert!(may(&both, Permission::SeeDiscussion) && may(&both, Permission::ManagePeople));
        assert!(!may(&both, Permission::Discuss));
        assert!(!may(&BTreeSet::new(), Permission::SeeFindings));
    }

    #[test]
    fn nobody_who_only_reads_can_change_anything() {
        let viewer = BTreeSet::from([Role::Viewer]);
        let allowed: Vec<&str> =
            TABLE.iter().filter(|row| may(&viewer, row.permission)).map(|row| row.permission.id()).collect();
        assert_eq!(allowed, ["see-findings", "see-discussion", "see-definitions", "see-statements"]);
    }
}
