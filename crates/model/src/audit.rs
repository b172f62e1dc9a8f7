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
}

impl AuditAction {
    /// Every action.
    pub const ALL: [Self; 73] = [
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
