//! What the audit log speaks of.

use std::fmt;

/// What was done. The log's own word for it is [`AuditAction::key`]; new ones are added at the end, none is renamed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AuditAction {
    /// Items were handed in and kept.
    KeepItems,
    /// A case was opened by a person.
    OpenCase,
    /// A case was taken.
    TakeCase,
    /// A case was given back.
    ReleaseCase,
    /// A case was sent to the next level.
    EscalateCase,
    /// A case was moved in the queue.
    ReorderCase,
    /// A note was written.
    NoteCase,
    /// A case was decided.
    DecideCase,
    /// A draft of the policy was begun or changed.
    EditPolicy,
    /// A draft was thrown away.
    DiscardDraft,
    /// A version began to run in shadow.
    ShadowPolicy,
    /// A version stopped running in shadow.
    EndShadow,
    /// A version was tried on the kept items.
    BacktestPolicy,
    /// A version was put in force.
    EnforcePolicy,
    /// An earlier version was put back in force.
    RollBackPolicy,
    /// A rule's brake was set.
    SetBrake,
    /// A golden item was set or withdrawn.
    SetGolden,
    /// The shares of decisions that are measured were set.
    SetShares,
    /// It was found which of two opinions was right.
    FindRight,
    /// An account was made.
    CreateStaff,
    /// A link that makes one account was given out.
    InviteStaff,
    /// An account's role or state was changed.
    ChangeStaff,
    /// A password was set.
    SetPassword,
    /// Somebody signed in.
    SignIn,
    /// Somebody tried to sign in and was refused.
    RefuseSignIn,
    /// Somebody signed out.
    SignOut,
    /// A token was made.
    CreateToken,
    /// A token was revoked.
    RevokeToken,
    /// It was set how strictly marked objects a token may read.
    ClearToken,
    /// A past verdict was run again.
    Replay,
    /// The node started.
    Start,
    /// A picture was kept beside an item.
    KeepImage,
    /// Statutory clocks warned or ran out.
    RunClocks,
    /// Somebody reported something.
    Report,
    /// The address of a report was confirmed.
    ConfirmReport,
    /// A picture was put to a report.
    AddToReport,
    /// Who made a report was read.
    ReadReport,
    /// Personal data of somebody who reported was erased.
    EraseReport,
    /// A mail was sent to somebody outside, or could not be.
    SendMail,
    /// A second person did not confirm a decision, or the first took it back.
    DeclineDecision,
    /// A decision was taken back.
    ReverseDecision,
    /// Measures came to their end.
    EndMeasures,
    /// The platform said whether it did what it was told.
    ConfirmAction,
    /// The platform was told what to do, or could not be.
    DeliverAction,
    /// A dead letter was put back to be delivered.
    ReplayAction,
    /// Signs of an account were kept.
    KeepSignals,
    /// It was kept where somebody hears of decisions.
    KeepContact,
    /// That was erased.
    EraseContact,
    /// What is new was taken into the public log and signed.
    PublishLog,
    /// The operator named a log of others that this node witnesses, or took it back.
    WatchLog,
    /// This node cosigned what another log signed.
    CosignLog,
    /// It was kept who is asked to witness our log.
    NameWitnesses,
    /// The cosignature of a witness on our log was kept.
    KeepCosignature,
    /// Decisions were taken out of the node.
    ExportDecisions,
    /// Somebody appealed against a decision.
    OpenAppeal,
    /// Somebody took an appeal back.
    WithdrawAppeal,
    /// Somebody wrote in the talk about an appeal.
    WriteInAppeal,
    /// An appeal was answered.
    AnswerAppeal,
    /// What somebody wrote in an appeal was erased.
    EraseAppeal,
    /// Items were erased, because somebody wanted it or their time was over.
    EraseItems,
    /// A legal hold was put on an item.
    HoldItem,
    /// A legal hold ended.
    ReleaseHold,
    /// An order of an authority was entered.
    EnterOrder,
    /// A document of an order was kept.
    KeepOrderDocument,
    /// The office of an order was called back.
    AuthenticateOrder,
    /// The scope of an order was checked.
    CheckOrder,
    /// Somebody took an order.
    TakeOrder,
    /// A target of an order was carried out.
    ExecuteOrder,
    /// An order or a target of it was contested.
    ContestOrder,
    /// An order was answered.
    AnswerOrder,
    /// An order was amended.
    AmendOrder,
    /// An order was withdrawn.
    WithdrawOrder,
    /// Clocks of orders warned or ran out, or the time of orders was over.
    RunOrders,
    /// Those were told whom a confidential order concerns.
    TellOrder,
    /// The owner of an account, page, group or channel was asked to carry an order out.
    AskOwner,
    /// It was said what an owner did, or why not.
    AnswerForOwner,
    /// Deadlines of owners warned or ran out.
    RunOwners,
    /// Another node was added, with the fingerprint that people compared.
    AddPeer,
    /// The card of another node was read.
    IntroducePeer,
    /// Another node was cut off, or connected again.
    ChangePeer,
    /// This node followed its key by another.
    RotateKey,
    /// A message of another node was received.
    ReceiveMessage,
    /// A message to another node was received there, or was not.
    DeliverMessage,
    /// Other nodes are to be told what became of their orders.
    TellPeers,
    /// An order of this office was drafted or changed.
    DraftIssued,
    /// An order of this office was signed, and sent.
    SignIssued,
    /// An order of this office was amended, withdrawn, or reminded of.
    ChangeIssued,
    /// Clocks of orders of this office warned or ran out.
    RunIssued,
    /// It was proposed what to tell an authority about users.
    ProposeInformation,
    /// Somebody approved that.
    ApproveInformation,
    /// Somebody did not, or took it back.
    DeclineInformation,
    /// What was approved was entered.
    EnterInformation,
    /// It was encrypted to the key of whoever asked.
    PrepareInformation,
    /// The file was taken out of the node.
    FetchInformation,
    /// The file was handed over.
    HandOverInformation,
    /// A request for information was refused.
    RefuseInformation,
    /// What was entered for requests was erased.
    EraseInformation,
    /// Those were told whom handed-over information is about.
    TellInformation,
    /// A collection of indicators was made.
    CreateCollection,
    /// It was set what a token may do with a collection.
    GrantCollection,
    /// Objects were added to a collection.
    AddIndicators,
    /// An object, or versions of it, was taken out of a collection.
    DeleteIndicators,
    /// A feed of indicators was added.
    AddFeed,
    /// A feed was changed, paused or begun again.
    ChangeFeed,
    /// A feed was removed with all that it listed.
    RemoveFeed,
    /// It was noted that a feed was asked, and what for.
    NoteFeed,
    /// What a feed has was taken over.
    TakeFeed,
    /// A person looked at a round that was held, and let it pass or not.
    SettleFeed,
    /// It was set where indicators are pushed to.
    AddPush,
    /// A push was set otherwise, paused, resumed or begun anew.
    ChangePush,
    /// A push was removed.
    RemovePush,
    /// Indicators were pushed.
    PushIndicators,
    /// Indicators were handed in, or taken back, by hand.
    EnterIndicators,
    /// It was told that indicators were seen.
    CountSightings,
    /// Indicators were held against the warning lists anew.
    MarkIndicators,
    /// A change of the blocklist was proposed.
    ProposeBlocks,
    /// A step was taken with a change of the blocklist.
    StepBlocks,
    /// An entry of the blocklist was lifted.
    LiftBlock,
    /// Somebody looked at an entry of the blocklist again, and it stays.
    ReviewBlock,
    /// The last change of the blocklist was taken back.
    RollBackBlocks,
    /// Entries of the blocklist came to their end, or clocks of objections warned or ran out.
    RunBlocks,
    /// What probes of enforcers found was kept.
    ProveBlocks,
    /// A bouncer was told what the blocklist has.
    TellBouncer,
    /// Somebody objected to a block.
    ObjectToBlock,
    /// An objection was answered.
    AnswerObjection,
    /// An objection was erased, because its time was over.
    EraseObjection,
    /// Sensors raised alerts.
    RaiseAlerts,
    /// What sensors sent was counted, by the hour.
    CountEvents,
    /// A step was taken with an incident.
    StepIncident,
    /// Something was noted of an incident: words, a system, a task.
    NoteIncident,
    /// Incidents were merged or split, or alerts put into one.
    GroupIncidents,
    /// An incident was opened by hand.
    OpenIncident,
    /// Whoever follows incidents was told what happened.
    TellIncidents,
    /// A file of evidence was kept.
    KeepEvidence,
    /// The address of a host was shown to somebody.
    RevealHost,
    /// A shift was left or taken over.
    HandOverShift,
    /// Clocks of incidents warned or ran out.
    RunIncidents,
    /// A report on an incident was begun or written.
    WriteIncidentReport,
    /// A report on an incident was signed and sent.
    SignIncidentReport,
    /// What is told of an incident was signed, delivered or not taken.
    ShareIncident,
    /// A sensor was added.
    AddSensor,
    /// A sensor was removed.
    RemoveSensor,
    /// A sensor was stopped.
    StopSensor,
    /// A sensor that was stopped goes on.
    ResumeSensor,
    /// Somebody asked for a hunt through kept events.
    AskHunt,
    /// A hunt began, or came to its end.
    RunHunt,
    /// A hunt was called off.
    CancelHunt,
    /// What a hunt found was put into incidents.
    RaiseHunt,
    /// Hunts were forgotten, because their time was over.
    ForgetHunts,
    /// A rule by which incidents are told was made.
    MakeSharingRule,
    /// Such a rule was put in force, paused, resumed or ended.
    StepSharingRule,
    /// What rules are to tell of incidents was planned, or is not told after all.
    PlanShares,
    /// What a rule was to tell was held back.
    HoldShare,
    /// What was sealed in incidents was erased because its time was over.
    EraseIncidents,
    /// What items have in common was put in order, so that it is found soon. Nothing that is counted changes.
    SortCounted,
}

impl AuditAction {
    /// Every action.
    pub const ALL: [Self; 155] = [
        Self::KeepItems,
        Self::OpenCase,
        Self::TakeCase,
        Self::ReleaseCase,
        Self::EscalateCase,
        Self::ReorderCase,
        Self::NoteCase,
        Self::DecideCase,
        Self::EditPolicy,
        Self::DiscardDraft,
        Self::ShadowPolicy,
        Self::EndShadow,
        Self::BacktestPolicy,
        Self::EnforcePolicy,
        Self::RollBackPolicy,
        Self::SetBrake,
        Self::SetGolden,
        Self::SetShares,
        Self::FindRight,
        Self::CreateStaff,
        Self::InviteStaff,
        Self::ChangeStaff,
        Self::SetPassword,
        Self::SignIn,
        Self::RefuseSignIn,
        Self::SignOut,
        Self::CreateToken,
        Self::RevokeToken,
        Self::ClearToken,
        Self::Replay,
        Self::Start,
        Self::KeepImage,
        Self::RunClocks,
        Self::Report,
        Self::ConfirmReport,
        Self::ReadReport,
        Self::EraseReport,
        Self::AddToReport,
        Self::SendMail,
        Self::DeclineDecision,
        Self::ReverseDecision,
        Self::EndMeasures,
        Self::ConfirmAction,
        Self::DeliverAction,
        Self::ReplayAction,
        Self::KeepSignals,
        Self::KeepContact,
        Self::EraseContact,
        Self::PublishLog,
        Self::WatchLog,
        Self::CosignLog,
        Self::NameWitnesses,
        Self::KeepCosignature,
        Self::ExportDecisions,
        Self::OpenAppeal,
        Self::WithdrawAppeal,
        Self::WriteInAppeal,
        Self::AnswerAppeal,
        Self::EraseAppeal,
        Self::EraseItems,
        Self::HoldItem,
        Self::ReleaseHold,
        Self::EnterOrder,
        Self::KeepOrderDocument,
        Self::AuthenticateOrder,
        Self::CheckOrder,
        Self::TakeOrder,
        Self::ExecuteOrder,
        Self::ContestOrder,
        Self::AnswerOrder,
        Self::AmendOrder,
        Self::WithdrawOrder,
        Self::RunOrders,
        Self::TellOrder,
        Self::AskOwner,
        Self::AnswerForOwner,
        Self::RunOwners,
        Self::AddPeer,
        Self::IntroducePeer,
        Self::ChangePeer,
        Self::RotateKey,
        Self::ReceiveMessage,
        Self::DeliverMessage,
        Self::TellPeers,
        Self::DraftIssued,
        Self::SignIssued,
        Self::ChangeIssued,
        Self::RunIssued,
        Self::ProposeInformation,
        Self::ApproveInformation,
        Self::DeclineInformation,
        Self::EnterInformation,
        Self::PrepareInformation,
        Self::FetchInformation,
        Self::HandOverInformation,
        Self::RefuseInformation,
        Self::EraseInformation,
        Self::TellInformation,
        Self::CreateCollection,
        Self::GrantCollection,
        Self::AddIndicators,
        Self::DeleteIndicators,
        Self::AddFeed,
        Self::ChangeFeed,
        Self::RemoveFeed,
        Self::NoteFeed,
        Self::TakeFeed,
        Self::SettleFeed,
        Self::AddPush,
        Self::ChangePush,
        Self::RemovePush,
        Self::PushIndicators,
        Self::EnterIndicators,
        Self::CountSightings,
        Self::MarkIndicators,
        Self::ProposeBlocks,
        Self::StepBlocks,
        Self::LiftBlock,
        Self::ReviewBlock,
        Self::RollBackBlocks,
        Self::RunBlocks,
        Self::ProveBlocks,
        Self::TellBouncer,
        Self::ObjectToBlock,
        Self::AnswerObjection,
        Self::EraseObjection,
        Self::RaiseAlerts,
        Self::CountEvents,
        Self::StepIncident,
        Self::NoteIncident,
        Self::GroupIncidents,
        Self::OpenIncident,
        Self::TellIncidents,
        Self::KeepEvidence,
        Self::RevealHost,
        Self::HandOverShift,
        Self::RunIncidents,
        Self::WriteIncidentReport,
        Self::SignIncidentReport,
        Self::ShareIncident,
        Self::AddSensor,
        Self::RemoveSensor,
        Self::StopSensor,
        Self::ResumeSensor,
        Self::AskHunt,
        Self::RunHunt,
        Self::CancelHunt,
        Self::RaiseHunt,
        Self::ForgetHunts,
        Self::MakeSharingRule,
        Self::StepSharingRule,
        Self::PlanShares,
        Self::HoldShare,
        Self::EraseIncidents,
        Self::SortCounted,
    ];

    /// The key in the log, as in `case.decide`.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::KeepItems => "item.keep",
            Self::OpenCase => "case.open",
            Self::TakeCase => "case.take",
            Self::ReleaseCase => "case.release",
            Self::EscalateCase => "case.escalate",
            Self::ReorderCase => "case.reorder",
            Self::NoteCase => "case.note",
            Self::DecideCase => "case.decide",
            Self::EditPolicy => "policy.edit",
            Self::DiscardDraft => "policy.discard",
            Self::ShadowPolicy => "policy.shadow",
            Self::EndShadow => "policy.end_shadow",
            Self::BacktestPolicy => "policy.backtest",
            Self::EnforcePolicy => "policy.enforce",
            Self::RollBackPolicy => "policy.roll_back",
            Self::SetBrake => "rule.brake",
            Self::SetGolden => "quality.golden",
            Self::SetShares => "quality.shares",
            Self::FindRight => "quality.finding",
            Self::CreateStaff => "staff.create",
            Self::InviteStaff => "staff.invite",
            Self::ChangeStaff => "staff.change",
            Self::SetPassword => "staff.password",
            Self::SignIn => "session.sign_in",
            Self::RefuseSignIn => "session.refuse",
            Self::SignOut => "session.sign_out",
            Self::CreateToken => "token.create",
            Self::RevokeToken => "token.revoke",
            Self::ClearToken => "token.clearance",
            Self::Replay => "item.replay",
            Self::Start => "node.start",
            Self::KeepImage => "item.image",
            Self::RunClocks => "case.clock",
            Self::Report => "report.make",
            Self::ConfirmReport => "report.confirm",
            Self::ReadReport => "report.read",
            Self::EraseReport => "report.erase",
            Self::AddToReport => "report.picture",
            Self::SendMail => "mail.send",
            Self::DeclineDecision => "case.decline",
            Self::ReverseDecision => "decision.reverse",
            Self::EndMeasures => "measure.end",
            Self::ConfirmAction => "action.confirm",
            Self::DeliverAction => "action.deliver",
            Self::ReplayAction => "action.replay",
            Self::KeepSignals => "signal.keep",
            Self::KeepContact => "contact.keep",
            Self::EraseContact => "contact.erase",
            Self::PublishLog => "log.publish",
            Self::WatchLog => "log.watch",
            Self::CosignLog => "log.cosign",
            Self::NameWitnesses => "log.witnesses",
            Self::KeepCosignature => "log.cosignature",
            Self::ExportDecisions => "decision.export",
            Self::OpenAppeal => "appeal.open",
            Self::WithdrawAppeal => "appeal.withdraw",
            Self::WriteInAppeal => "appeal.message",
            Self::AnswerAppeal => "appeal.answer",
            Self::EraseAppeal => "appeal.erase",
            Self::EraseItems => "item.erase",
            Self::HoldItem => "item.hold",
            Self::ReleaseHold => "item.release",
            Self::EnterOrder => "order.enter",
            Self::KeepOrderDocument => "order.document",
            Self::AuthenticateOrder => "order.authenticate",
            Self::CheckOrder => "order.check",
            Self::TakeOrder => "order.take",
            Self::ExecuteOrder => "order.execute",
            Self::ContestOrder => "order.contest",
            Self::AnswerOrder => "order.answer",
            Self::AmendOrder => "order.amend",
            Self::WithdrawOrder => "order.withdraw",
            Self::RunOrders => "order.run",
            Self::TellOrder => "order.tell",
            Self::AskOwner => "owner.ask",
            Self::AnswerForOwner => "owner.answer",
            Self::RunOwners => "owner.run",
            Self::AddPeer => "peer.add",
            Self::IntroducePeer => "peer.card",
            Self::ChangePeer => "peer.change",
            Self::RotateKey => "node.rotate",
            Self::ReceiveMessage => "peer.receive",
            Self::DeliverMessage => "peer.deliver",
            Self::TellPeers => "peer.tell",
            Self::DraftIssued => "issued.draft",
            Self::SignIssued => "issued.sign",
            Self::ChangeIssued => "issued.change",
            Self::RunIssued => "issued.run",
            Self::ProposeInformation => "information.propose",
            Self::ApproveInformation => "information.approve",
            Self::DeclineInformation => "information.decline",
            Self::EnterInformation => "information.enter",
            Self::PrepareInformation => "information.prepare",
            Self::FetchInformation => "information.fetch",
            Self::HandOverInformation => "information.hand_over",
            Self::RefuseInformation => "information.refuse",
            Self::EraseInformation => "information.erase",
            Self::TellInformation => "information.tell",
            Self::CreateCollection => "collection.create",
            Self::GrantCollection => "collection.grant",
            Self::AddIndicators => "indicator.add",
            Self::DeleteIndicators => "indicator.delete",
            Self::AddFeed => "feed.add",
            Self::ChangeFeed => "feed.change",
            Self::RemoveFeed => "feed.remove",
            Self::NoteFeed => "feed.note",
            Self::TakeFeed => "feed.take",
            Self::SettleFeed => "feed.settle",
            Self::AddPush => "push.add",
            Self::ChangePush => "push.change",
            Self::RemovePush => "push.remove",
            Self::PushIndicators => "push.send",
            Self::EnterIndicators => "indicator.enter",
            Self::CountSightings => "indicator.sight",
            Self::MarkIndicators => "indicator.mark",
            Self::ProposeBlocks => "block.propose",
            Self::StepBlocks => "block.step",
            Self::LiftBlock => "block.lift",
            Self::ReviewBlock => "block.review",
            Self::RollBackBlocks => "block.roll_back",
            Self::RunBlocks => "block.run",
            Self::ProveBlocks => "block.prove",
            Self::TellBouncer => "block.tell",
            Self::ObjectToBlock => "objection.open",
            Self::AnswerObjection => "objection.answer",
            Self::EraseObjection => "objection.erase",
            Self::RaiseAlerts => "alert.raise",
            Self::CountEvents => "event.count",
            Self::StepIncident => "incident.step",
            Self::NoteIncident => "incident.note",
            Self::GroupIncidents => "incident.group",
            Self::OpenIncident => "incident.open",
            Self::TellIncidents => "incident.tell",
            Self::KeepEvidence => "incident.evidence",
            Self::RevealHost => "incident.reveal",
            Self::HandOverShift => "shift.hand_over",
            Self::RunIncidents => "incident.run",
            Self::WriteIncidentReport => "incident.write_report",
            Self::SignIncidentReport => "incident.sign_report",
            Self::ShareIncident => "incident.share",
            Self::AddSensor => "sensor.add",
            Self::RemoveSensor => "sensor.remove",
            Self::StopSensor => "sensor.stop",
            Self::ResumeSensor => "sensor.resume",
            Self::AskHunt => "hunt.ask",
            Self::RunHunt => "hunt.run",
            Self::CancelHunt => "hunt.cancel",
            Self::RaiseHunt => "hunt.raise",
            Self::ForgetHunts => "hunt.forget",
            Self::MakeSharingRule => "sharing.make",
            Self::StepSharingRule => "sharing.step",
            Self::PlanShares => "sharing.plan",
            Self::HoldShare => "sharing.hold",
            Self::EraseIncidents => "incident.erase",
            Self::SortCounted => "counting.sort",
        }
    }

    /// The action with this key, if there is one.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.key() == key)
    }
}

/// What an entry of the log is about: a kind and a number, never a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Subject {
    /// The kind, as in `case`.
    pub kind: &'static str,
    /// The number of its id.
    pub number: i64,
}

impl fmt::Display for AuditAction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.key())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn keys_are_read_as_they_are_written_and_no_two_are_alike() {
        let keys: BTreeSet<&str> = AuditAction::ALL.into_iter().map(AuditAction::key).collect();
        assert_eq!(keys.len(), AuditAction::ALL.len());
        for action in AuditAction::ALL {
            assert_eq!(AuditAction::from_key(action.key()), Some(action));
        }
    }
}
