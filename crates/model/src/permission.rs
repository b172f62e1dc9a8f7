//! Who may do what: roles of people, scopes of tokens, and the permissions that both are made of.
//!
//! This is the only place that says so. The HTTP edge names a permission for every route, and a test walks every route
//! with every role.

use std::fmt;

/// One thing that may be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Permission {
    /// Hand items in.
    SubmitItems,
    /// Read kept items and their verdicts.
    ReadItems,
    /// Read cases, their history and decisions.
    ReadCases,
    /// Take every decision out of the node, for authorities: also those that are hidden from who decides.
    ExportDecisions,
    /// Take, release, escalate and decide cases.
    DecideCases,
    /// Hand in appeals for whom a decision concerns, and give them their private links.
    SubmitAppeals,
    /// Read appeals and how they were answered.
    ReadAppeals,
    /// Move a case in the queue.
    OrderQueue,
    /// Read rules, lexicon, versions and their figures.
    ReadPolicy,
    /// Draft, test, put in force and roll back versions of the policy.
    EditPolicy,
    /// Set golden items and read who agreed with whom.
    CheckQuality,
    /// Read figures over all cases.
    ReadFigures,
    /// Read the audit log.
    ReadAudit,
    /// Run a past verdict again.
    Replay,
    /// Make accounts, set roles, close accounts.
    ManageStaff,
    /// Make and revoke tokens.
    ManageTokens,
    /// Report something as somebody whom the operator trusts.
    SubmitReports,
    /// Read who reported something, for a purpose that is noted.
    ReadReporters,
    /// Read what the host platform is to do, and whether it did. Nobody who decides cases may: it tells first decisions to
    /// whoever is to give the second.
    ReadActions,
    /// Say whether the host platform did what it was told, and send signs of accounts.
    ConfirmActions,
    /// Put what could not be delivered to the host platform back to be delivered.
    ManageDelivery,
    /// Have items erased, one or all of an account.
    EraseItems,
    /// Read what was erased, what is kept, and why.
    ReadErasures,
    /// Keep items from being erased while somebody has a legal claim to them.
    HoldItems,
    /// Read orders of authorities and their documents.
    ReadOrders,
    /// Enter orders of authorities, check them, carry them out and answer them.
    HandleOrders,
    /// Add other nodes, cut them off, and follow this node's key by another.
    ManagePeers,
    /// Read orders of this node's office, and what became of them.
    ReadIssued,
    /// Draft orders of this node's office.
    DraftIssued,
    /// Sign orders of this node's office, change and withdraw them.
    SignIssued,
    /// Approve, or decline, what somebody else proposes to tell an authority about users.
    ApproveInformation,
    /// Read which collections of indicators there are, and what became of what was handed in.
    ReadCollections,
    /// Read indicators and whatever else collections hold.
    ReadIndicators,
    /// Add objects to collections and take them out.
    AddIndicators,
    /// Make collections, and say who may use them.
    ManageCollections,
    /// Hand indicators in and tell that they were seen.
    SubmitIndicators,
    /// Add feeds, change and remove them, and settle rounds that are held.
    ManageFeeds,
    /// Read the blocklist of the network, its changes, proofs and objections.
    ReadBlocklist,
    /// Propose changes of the blocklist, approve them, put them in force, and take them back.
    EditBlocklist,
    /// Answer objections against blocks that one did not let in.
    AnswerObjections,
    /// Say what probes of enforcers found.
    ProveBlocks,
    /// Read incidents and their alerts, in which hosts are tokens.
    ReadIncidents,
    /// Open incidents by hand, grade them, write to them, and put alerts into them and out of them.
    EnrichIncidents,
    /// Take incidents, contain and close them, and tell of them.
    WorkIncidents,
    /// Turn the token of a host back into its address, for a purpose that is noted.
    RevealHosts,
    /// Hand events of sensors in.
    SubmitEvents,
    /// Say which sensors there are.
    ManageSensors,
    /// Be told what is blocked, and what changed since, as whoever enforces it.
    FollowBlocks,
    /// Look for values in the events that are kept, for a reason that is noted, and put what is found into incidents.
    HuntEvents,
}

/// What a person works as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Runs the node: accounts, tokens. Does not judge content.
    Administrator,
    /// Answers for the rules: edits, tests and puts them in force; decides what is escalated.
    PolicyManager,
    /// Decides cases.
    Reviewer,
    /// Reads everything, changes nothing.
    Auditor,
    /// Keeps the blocklist of the network.
    SocEngineer,
}

/// What a token may be used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// Hand items in.
    ItemsWrite,
    /// Read items.
    ItemsRead,
    /// Read cases and decisions.
    CasesRead,
    /// Take and decide cases, for a token that stands for a person.
    CasesWrite,
    /// Hand in appeals, read them, and ask for private links.
    AppealsWrite,
    /// Read the policy and its figures.
    PolicyRead,
    /// Change the policy, for a token that stands for a person.
    PolicyWrite,
    /// Read the audit log.
    AuditRead,
    /// Report things as somebody whom the operator trusts.
    ReportsWrite,
    /// Read what the host platform is to do.
    ActionsRead,
    /// Say whether it was done, and send signs of accounts.
    ActionsWrite,
    /// Have items erased, read what became of it, and, for a token that stands for a person, put holds on items.
    ErasuresWrite,
    /// Read orders of authorities.
    OrdersRead,
    /// Enter and handle orders of authorities, for a token that stands for a person.
    OrdersWrite,
    /// Read collections over TAXII.
    TaxiiRead,
    /// Add objects to collections over TAXII, and take them out.
    TaxiiWrite,
    /// Read indicators and feeds.
    IndicatorsRead,
    /// Hand indicators in, tell that they were seen, and, for a token that stands for a person, manage feeds.
    IndicatorsWrite,
    /// Read the blocklist.
    BlocklistRead,
    /// Follow the blocklist as whoever enforces it.
    BlocklistFollow,
    /// Say what probes found, and, for a token that stands for a person, change the blocklist.
    BlocklistWrite,
    /// Hand events of sensors in.
    EventsWrite,
    /// Read incidents and alerts.
    IncidentsRead,
    /// Open incidents, write to them, and, for a token that stands for a person, take and contain them, and hold back or send what rules
    /// of sharing planned.
    IncidentsWrite,
    /// Hunt through kept events and put into incidents what is found, for a token that stands for a person.
    HuntsWrite,
}

impl Permission {
    /// Every permission.
    pub const ALL: [Self; 49] = [
        Self::SubmitItems,
        Self::ReadItems,
        Self::ReadCases,
        Self::ExportDecisions,
        Self::DecideCases,
        Self::SubmitAppeals,
        Self::ReadAppeals,
        Self::OrderQueue,
        Self::ReadPolicy,
        Self::EditPolicy,
        Self::CheckQuality,
        Self::ReadFigures,
        Self::ReadAudit,
        Self::Replay,
        Self::ManageStaff,
        Self::ManageTokens,
        Self::SubmitReports,
        Self::ReadReporters,
        Self::ReadActions,
        Self::ConfirmActions,
        Self::ManageDelivery,
        Self::EraseItems,
        Self::ReadErasures,
        Self::HoldItems,
        Self::ReadOrders,
        Self::HandleOrders,
        Self::ManagePeers,
        Self::ReadIssued,
        Self::DraftIssued,
        Self::SignIssued,
        Self::ApproveInformation,
        Self::ReadCollections,
        Self::ReadIndicators,
        Self::AddIndicators,
        Self::ManageCollections,
        Self::SubmitIndicators,
        Self::ManageFeeds,
        Self::ReadBlocklist,
        Self::EditBlocklist,
        Self::AnswerObjections,
        Self::ProveBlocks,
        Self::ReadIncidents,
        Self::EnrichIncidents,
        Self::WorkIncidents,
        Self::RevealHosts,
        Self::SubmitEvents,
        Self::ManageSensors,
        Self::FollowBlocks,
        Self::HuntEvents,
    ];

    /// The key in problems and documents, as in `decide_cases`.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::SubmitItems => "submit_items",
            Self::ReadItems => "read_items",
            Self::ReadCases => "read_cases",
            Self::ExportDecisions => "export_decisions",
            Self::DecideCases => "decide_cases",
            Self::SubmitAppeals => "submit_appeals",
            Self::ReadAppeals => "read_appeals",
            Self::OrderQueue => "order_queue",
            Self::ReadPolicy => "read_policy",
            Self::EditPolicy => "edit_policy",
            Self::CheckQuality => "check_quality",
            Self::ReadFigures => "read_figures",
            Self::ReadAudit => "read_audit",
            Self::Replay => "replay",
            Self::ManageStaff => "manage_staff",
            Self::ManageTokens => "manage_tokens",
            Self::SubmitReports => "submit_reports",
            Self::ReadReporters => "read_reporters",
            Self::ReadActions => "read_actions",
            Self::ConfirmActions => "confirm_actions",
            Self::ManageDelivery => "manage_delivery",
            Self::EraseItems => "erase_items",
            Self::ReadErasures => "read_erasures",
            Self::HoldItems => "hold_items",
            Self::ReadOrders => "read_orders",
            Self::HandleOrders => "handle_orders",
            Self::ManagePeers => "manage_peers",
            Self::ReadIssued => "read_issued",
            Self::DraftIssued => "draft_issued",
            Self::SignIssued => "sign_issued",
            Self::ApproveInformation => "approve_information",
            Self::ReadCollections => "read_collections",
            Self::ReadIndicators => "read_indicators",
            Self::AddIndicators => "add_indicators",
            Self::ManageCollections => "manage_collections",
            Self::SubmitIndicators => "submit_indicators",
            Self::ManageFeeds => "manage_feeds",
            Self::ReadBlocklist => "read_blocklist",
            Self::EditBlocklist => "edit_blocklist",
            Self::AnswerObjections => "answer_objections",
            Self::ProveBlocks => "prove_blocks",
            Self::ReadIncidents => "read_incidents",
            Self::EnrichIncidents => "enrich_incidents",
            Self::WorkIncidents => "work_incidents",
            Self::RevealHosts => "reveal_hosts",
            Self::SubmitEvents => "submit_events",
            Self::ManageSensors => "manage_sensors",
            Self::FollowBlocks => "follow_blocks",
            Self::HuntEvents => "hunt_events",
        }
    }

    /// Whether only a person may do it: a machine's token must then stand for one.
    #[must_use]
    pub const fn needs_person(self) -> bool {
        match self {
            Self::DecideCases
            | Self::OrderQueue
            | Self::EditPolicy
            | Self::CheckQuality
            | Self::ManageStaff
            | Self::ManageTokens
            | Self::ReadReporters
            | Self::ManageDelivery
            | Self::HoldItems
            | Self::HandleOrders
            | Self::ManagePeers
            | Self::DraftIssued
            | Self::SignIssued
            | Self::ApproveInformation
            | Self::ManageFeeds
            | Self::ManageCollections
            | Self::EditBlocklist
            | Self::AnswerObjections
            | Self::WorkIncidents
            | Self::RevealHosts
            | Self::ManageSensors
            | Self::HuntEvents => true,
            Self::SubmitItems
            | Self::ReadItems
            | Self::ReadCases
            | Self::ExportDecisions
            | Self::ReadPolicy
            | Self::ReadFigures
            | Self::ReadAudit
            | Self::Replay
            | Self::SubmitReports
            | Self::ReadActions
            | Self::ConfirmActions
            | Self::SubmitAppeals
            | Self::ReadAppeals
            | Self::EraseItems
            | Self::ReadErasures
            | Self::ReadOrders
            | Self::ReadIssued
            | Self::SubmitIndicators
            | Self::ReadCollections
            | Self::ReadIndicators
            | Self::AddIndicators
            | Self::ReadBlocklist
            | Self::ProveBlocks
            | Self::ReadIncidents
            | Self::EnrichIncidents
            | Self::SubmitEvents => false,
            Self::FollowBlocks => false,
        }
    }
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 5] = [
        Self::Administrator,
        Self::PolicyManager,
        Self::Reviewer,
        Self::Auditor,
        Self::SocEngineer,
    ];

    /// The key on the command line and in storage.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Administrator => "administrator",
            Self::PolicyManager => "policy-manager",
            Self::Reviewer => "reviewer",
            Self::Auditor => "auditor",
            Self::SocEngineer => "soc-engineer",
        }
    }

    /// The role with this key, if there is one.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.key() == key)
    }

    /// Whether someone who works as this may do that.
    #[must_use]
    pub const fn may(self, permission: Permission) -> bool {
        use Permission as P;
        match self {
            Self::Administrator => matches!(
                permission,
                P::ManageStaff
                    | P::ManageTokens
                    | P::ReadAudit
                    | P::ReadFigures
                    | P::ReadPolicy
                    | P::ReadActions
                    | P::ConfirmActions
                    | P::ManageDelivery
                    | P::EraseItems
                    | P::ReadErasures
                    | P::ManagePeers
                    | P::ReadOrders
                    | P::ApproveInformation
                    | P::ReadCollections
                    | P::ManageCollections
                    | P::ReadIndicators
                    | P::SubmitIndicators
                    | P::ManageFeeds
            ),
            Self::PolicyManager => matches!(
                permission,
                P::SubmitItems
                    | P::ReadItems
                    | P::ReadCases
                    | P::DecideCases
                    | P::SubmitAppeals
                    | P::ReadAppeals
                    | P::OrderQueue
                    | P::ReadPolicy
                    | P::EditPolicy
                    | P::CheckQuality
                    | P::ReadFigures
                    | P::Replay
                    | P::SubmitReports
                    | P::ReadReporters
                    | P::EraseItems
                    | P::ReadErasures
                    | P::HoldItems
                    | P::ReadOrders
                    | P::HandleOrders
                    | P::ReadIssued
                    | P::DraftIssued
                    | P::SignIssued
                    | P::ApproveInformation
                    | P::ReadCollections
                    | P::ReadIndicators
                    | P::AddIndicators
                    | P::SubmitIndicators
                    | P::ManageFeeds
                    | P::ReadBlocklist
                    | P::AnswerObjections
            ),
            Self::Reviewer => matches!(
                permission,
                P::SubmitItems
                    | P::ReadItems
                    | P::ReadCases
                    | P::DecideCases
                    | P::SubmitAppeals
                    | P::ReadAppeals
                    | P::ReadPolicy
                    | P::ReadFigures
                    | P::ReadIssued
                    | P::DraftIssued
                    | P::ReadCollections
                    | P::ReadIndicators
                    | P::SubmitIndicators
            ),
            Self::Auditor => matches!(
                permission,
                P::ReadItems
                    | P::ReadCases
                    | P::ExportDecisions
                    | P::ReadAppeals
                    | P::ReadPolicy
                    | P::ReadFigures
                    | P::ReadAudit
                    | P::Replay
                    | P::ReadActions
                    | P::ReadErasures
                    | P::ReadOrders
                    | P::ReadIssued
                    | P::ReadCollections
                    | P::ReadIndicators
                    | P::ReadBlocklist
                    | P::ReadIncidents
            ),
            Self::SocEngineer => matches!(
                permission,
                P::ReadIncidents
                    | P::EnrichIncidents
                    | P::WorkIncidents
                    | P::RevealHosts
                    | P::SubmitEvents
                    | P::ManageSensors
                    | P::HuntEvents
                    | P::ReadBlocklist
                    | P::EditBlocklist
                    | P::AnswerObjections
                    | P::FollowBlocks
                    | P::ProveBlocks
                    | P::ReadPolicy
                    | P::ReadFigures
                    | P::ReadCollections
                    | P::ReadIndicators
                    | P::AddIndicators
                    | P::SubmitIndicators
                    | P::ManageFeeds
            ),
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.key())
    }
}

impl Scope {
    /// Every scope.
    pub const ALL: [Self; 25] = [
        Self::ItemsWrite,
        Self::ItemsRead,
        Self::CasesRead,
        Self::CasesWrite,
        Self::AppealsWrite,
        Self::PolicyRead,
        Self::PolicyWrite,
        Self::AuditRead,
        Self::ReportsWrite,
        Self::ActionsRead,
        Self::ActionsWrite,
        Self::ErasuresWrite,
        Self::OrdersRead,
        Self::OrdersWrite,
        Self::TaxiiRead,
        Self::TaxiiWrite,
        Self::IndicatorsRead,
        Self::IndicatorsWrite,
        Self::BlocklistRead,
        Self::BlocklistFollow,
        Self::BlocklistWrite,
        Self::EventsWrite,
        Self::IncidentsRead,
        Self::IncidentsWrite,
        Self::HuntsWrite,
    ];

    /// The key on the command line and in storage, as in `items:write`.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::ItemsWrite => "items:write",
            Self::ItemsRead => "items:read",
            Self::CasesRead => "cases:read",
            Self::CasesWrite => "cases:write",
            Self::AppealsWrite => "appeals:write",
            Self::PolicyRead => "policy:read",
            Self::PolicyWrite => "policy:write",
            Self::AuditRead => "audit:read",
            Self::ReportsWrite => "reports:write",
            Self::ActionsRead => "actions:read",
            Self::ActionsWrite => "actions:write",
            Self::ErasuresWrite => "erasures:write",
            Self::OrdersRead => "orders:read",
            Self::OrdersWrite => "orders:write",
            Self::TaxiiRead => "taxii:read",
            Self::TaxiiWrite => "taxii:write",
            Self::IndicatorsRead => "indicators:read",
            Self::IndicatorsWrite => "indicators:write",
            Self::BlocklistRead => "blocklist:read",
            Self::BlocklistFollow => "blocklist:follow",
            Self::BlocklistWrite => "blocklist:write",
            Self::EventsWrite => "events:write",
            Self::IncidentsRead => "incidents:read",
            Self::IncidentsWrite => "incidents:write",
            Self::HuntsWrite => "hunts:write",
        }
    }

    /// The scope with this key, if there is one.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.key() == key)
    }

    /// Whether a token of this scope may do that.
    #[must_use]
    pub const fn may(self, permission: Permission) -> bool {
        use Permission as P;
        match self {
            Self::ItemsWrite => matches!(permission, P::SubmitItems),
            Self::ItemsRead => matches!(permission, P::ReadItems | P::Replay),
            Self::CasesRead => matches!(
                permission,
                P::ReadCases | P::ReadAppeals | P::ExportDecisions | P::ReadFigures
            ),
            Self::CasesWrite => matches!(
                permission,
                P::ReadCases | P::ReadAppeals | P::DecideCases | P::OrderQueue
            ),
            Self::AppealsWrite => matches!(permission, P::SubmitAppeals | P::ReadAppeals),
            Self::PolicyRead => matches!(permission, P::ReadPolicy | P::ReadFigures),
            Self::PolicyWrite => matches!(permission, P::ReadPolicy | P::EditPolicy | P::CheckQuality),
            Self::AuditRead => matches!(permission, P::ReadAudit),
            Self::ReportsWrite => matches!(permission, P::SubmitReports),
            Self::ActionsRead => matches!(permission, P::ReadActions),
            Self::ActionsWrite => matches!(permission, P::ConfirmActions),
            Self::ErasuresWrite => matches!(permission, P::EraseItems | P::ReadErasures | P::HoldItems),
            Self::OrdersRead => matches!(permission, P::ReadOrders | P::ReadIssued),
            Self::OrdersWrite => matches!(
                permission,
                P::ReadOrders
                    | P::HandleOrders
                    | P::ApproveInformation
                    | P::ReadIssued
                    | P::DraftIssued
                    | P::SignIssued
            ),
            Self::TaxiiRead => matches!(permission, P::ReadCollections | P::ReadIndicators),
            Self::TaxiiWrite => matches!(permission, P::ReadCollections | P::AddIndicators),
            Self::IndicatorsRead => matches!(permission, P::ReadIndicators),
            Self::IndicatorsWrite => matches!(permission, P::ReadIndicators | P::SubmitIndicators | P::ManageFeeds),
            Self::BlocklistRead => matches!(permission, P::ReadBlocklist),
            Self::BlocklistFollow => matches!(permission, P::FollowBlocks),
            Self::BlocklistWrite => matches!(
                permission,
                P::ReadBlocklist | P::EditBlocklist | P::AnswerObjections | P::ProveBlocks
            ),
            Self::EventsWrite => matches!(permission, P::SubmitEvents),
            Self::IncidentsRead => matches!(permission, P::ReadIncidents),
            // The address of a host is shown to people alone.
            Self::IncidentsWrite => matches!(permission, P::ReadIncidents | P::EnrichIncidents | P::WorkIncidents),
            Self::HuntsWrite => matches!(permission, P::ReadIncidents | P::HuntEvents),
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.key())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_as_they_are_written() {
        for role in Role::ALL {
            assert_eq!(Role::from_key(role.key()), Some(role));
        }
        for scope in Scope::ALL {
            assert_eq!(Scope::from_key(scope.key()), Some(scope));
        }
        assert_eq!(Role::from_key("root"), None);
        assert_eq!(Scope::from_key("*"), None);
    }

    #[test]
    fn powers_are_kept_apart() {
        // Who runs the node judges nothing, who audits changes nothing, who decides cannot change the rules.
        for permission in [Permission::ReadItems, Permission::DecideCases, Permission::EditPolicy] {
            assert!(!Role::Administrator.may(permission), "{permission:?}");
        }
        for permission in Permission::ALL {
            assert!(
                !(Role::Auditor.may(permission) && permission.needs_person()),
                "{permission:?}"
            );
        }
        assert!(!Role::Reviewer.may(Permission::EditPolicy));
        for role in Role::ALL {
            assert!(
                !(role.may(Permission::DecideCases) && role.may(Permission::ReadActions)),
                "{role}"
            );
        }
        assert!(!Role::PolicyManager.may(Permission::ManageStaff));
        // What is told about users takes people of two rooms, or three of one: whoever runs the node proposes nothing.
        assert!(!Role::Administrator.may(Permission::HandleOrders));
        for role in [Role::Reviewer, Role::Auditor, Role::SocEngineer] {
            assert!(!role.may(Permission::ApproveInformation), "{role}");
        }
        // Who keeps the network's blocklist reads nothing that people wrote, and nobody else changes it.
        assert!(!Role::SocEngineer.may(Permission::ReadItems));
        for role in Role::ALL {
            assert_eq!(role.may(Permission::EditBlocklist), role == Role::SocEngineer, "{role}");
            // Where two people keep the blocklist both let in what one proposed: who answers users elsewhere answers here, too.
            let answers = matches!(role, Role::SocEngineer | Role::PolicyManager);
            assert_eq!(role.may(Permission::AnswerObjections), answers, "{role}");
            assert_eq!(role.may(Permission::RevealHosts), role == Role::SocEngineer, "{role}");
        }
        for scope in Scope::ALL {
            assert!(!scope.may(Permission::RevealHosts), "{scope}");
            // Who works at incidents searches nobody's past by that.
            assert_eq!(scope.may(Permission::HuntEvents), scope == Scope::HuntsWrite, "{scope}");
        }
    }

    #[test]
    fn every_permission_belongs_to_a_role() {
        for permission in Permission::ALL {
            assert!(Role::ALL.into_iter().any(|role| role.may(permission)), "{permission:?}");
        }
    }
}
