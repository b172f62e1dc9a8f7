//! Orders of this node's office as they are answered.

use anlanh_app::issued::{Figures, IssuedView, OrderLogged, Row};
use anlanh_model::{IssuedState, OrderHaste};
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::information::DemandOut;
use crate::api::instant::Instant;
use crate::api::orders::{OrderClockOut, OrderScopeOut};

/// An order of this node's office.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Issued)]
#[serde(deny_unknown_fields)]
pub struct IssuedOut {
    /// Its id.
    order: String,
    /// Address of the node that it goes to.
    to: String,
    /// What is ordered.
    kind: &'static str,
    /// Key of this node's office.
    office: String,
    /// Who is to sign it.
    signer: String,
    /// Its number here.
    number: String,
    /// Keys of the articles that it cites.
    basis: Vec<String>,
    /// Key of the category of the violation.
    #[schema(required = true)]
    category: Option<String>,
    /// Why.
    reason: String,
    /// Whether it is urgent.
    urgent: bool,
    /// Until when nobody whom it concerns is told.
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    confidential_until: Option<Instant>,
    /// Until when it holds.
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    expires_at: Option<Instant>,
    /// For how many days to lock.
    #[schema(required = true)]
    lock_days: Option<u32>,
    /// What it asks for about users; none in lists.
    #[schema(required = true)]
    information: Option<DemandOut>,
    /// `draft`, `signed`, `received`, `refused`, `under_way`, `contested`, `answered`, `withdrawn`, `expired` or `discarded`.
    state: &'static str,
    /// Why the whole is contested.
    #[schema(required = true)]
    ground: Option<&'static str>,
    /// Key of why the platform's node did not take it.
    #[schema(required = true)]
    refusal: Option<String>,
    /// The platform's answer.
    #[schema(required = true)]
    answer: Option<String>,
    /// Name of who drafted it.
    drafted_by: String,
    /// Another order that this office signed under the same number this year; left out of lists.
    #[schema(required = true)]
    number_used_by: Option<String>,
    /// Name of who signed it.
    #[schema(required = true)]
    signed_by: Option<String>,
    /// When.
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    signed_at: Option<Instant>,
    /// Its deadline, from when the platform's receipt says that it came.
    #[schema(required = true)]
    clock: Option<OrderClockOut>,
    /// Whether it is within the law by this node's policy; left out of lists.
    #[schema(required = true)]
    scope: Option<OrderScopeOut>,
    /// What it is aimed at; left out of lists.
    targets: Vec<IssuedTargetOut>,
    /// What was said to the platform's node; left out of lists.
    messages: Vec<IssuedMessageOut>,
    /// What shows what the platform's public log holds of the order, its amendments and its answer: receipts in the order of
    /// the log, each with what its entry commits to, for `anlanh log verify`. Left out of lists.
    #[schema(value_type = Vec<Object>)]
    log_receipts: Vec<serde_json::Value>,
}

/// A target of an order of this node's office.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = IssuedTarget)]
#[serde(deny_unknown_fields)]
pub struct IssuedTargetOut {
    /// Its number.
    target: u32,
    /// What it is.
    kind: &'static str,
    /// Which.
    reference: String,
    /// What the platform says became of it: `open`, `proposed`, `executed`, `contested` or `lifted`.
    state: &'static str,
    /// Since when, by what it says.
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    at: Option<Instant>,
    /// Why it is contested.
    #[schema(required = true)]
    ground: Option<&'static str>,
    /// Evidence or reasons.
    #[schema(required = true)]
    words: Option<String>,
}

/// A message to the platform's node.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = IssuedMessage)]
#[serde(deny_unknown_fields)]
pub struct IssuedMessageOut {
    /// Its number in the stream.
    number: u64,
    /// `order`, `amend`, `withdraw` or `remind`.
    kind: String,
    /// `applied` or `refused`, once there is a receipt.
    #[schema(required = true)]
    outcome: Option<String>,
    /// The signed receipt with all that its signature covers, as docs/PROTOCOL.md has it.
    #[schema(required = true, value_type = Option<Object>)]
    receipt: Option<serde_json::Value>,
}

/// A page of orders of this node's office.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = IssuedList)]
#[serde(deny_unknown_fields)]
pub struct IssuedListOut {
    /// The orders.
    orders: Vec<IssuedOut>,
    /// Where the next page begins, for `after`; `null` on the last.
    #[schema(required = true)]
    next: Option<String>,
}

/// How the orders to each node went.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = IssuedFigures)]
#[serde(deny_unknown_fields)]
pub struct IssuedFiguresOut {
    /// One line a node.
    peers: Vec<PeerFiguresOut>,
}

/// How the orders to one node went.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = IssuedPeerFigures)]
#[serde(deny_unknown_fields)]
pub struct PeerFiguresOut {
    /// Its address.
    to: String,
    /// Orders that were signed.
    signed: u64,
    /// Those of them that are open.
    open: u64,
    /// Those that were answered.
    answered: u64,
    /// Those that are contested as a whole.
    contested: u64,
    /// Those whose deadline ran out.
    breached: u64,
    /// Seconds on average from receipt until what was asked for was done; `null` where none was.
    #[schema(required = true)]
    mean_seconds: Option<i64>,
}

impl IssuedFiguresOut {
    /// Those figures.
    pub fn of(figures: &[Figures]) -> Self {
        let line = |row: &Figures| PeerFiguresOut {
            to: row.addressee.0.clone(),
            signed: row.signed,
            open: row.open,
            answered: row.answered,
            contested: row.contested,
            breached: row.breached,
            mean_seconds: row.mean_seconds,
        };
        Self {
            peers: figures.iter().map(line).collect(),
        }
    }
}

impl IssuedListOut {
    /// A page of at most so many.
    pub fn of(rows: &[Row], limit: u32) -> Self {
        let full = usize::try_from(limit).is_ok_and(|limit| rows.len() >= limit);
        Self {
            orders: rows.iter().map(IssuedOut::line).collect(),
            next: rows.last().filter(|_| full).map(|last| last.issued.id.to_string()),
        }
    }
}

impl IssuedOut {
    /// One order, whole.
    pub fn of(view: &IssuedView) -> Self {
        let targets = view.row.issued.targets.iter().zip(&view.row.said);
        let targets = targets.map(|(target, said)| IssuedTargetOut {
            target: target.number,
            kind: target.pointed.key(),
            reference: target.pointed.reference().to_owned(),
            state: target.fate.key(),
            at: said.at.map(Instant),
            ground: said.ground.map(|ground| ground.key()),
            words: said.words.clone(),
        });
        let messages = view.said.iter().map(|message| IssuedMessageOut {
            number: message.number,
            kind: message.kind.clone(),
            outcome: message.outcome.clone(),
            receipt: message
                .receipt
                .as_deref()
                .and_then(|it| serde_json::from_slice(it).ok()),
        });
        Self {
            number_used_by: view.twin.map(|id| id.to_string()),
            scope: Some(OrderScopeOut::of(view.scope, &view.grounds)),
            targets: targets.collect(),
            messages: messages.collect(),
            log_receipts: view.logged.iter().filter_map(receipt).collect(),
            ..Self::line(&view.row)
        }
    }

    fn line(row: &Row) -> Self {
        let letter = &row.letter;
        let signed = row.signed.as_ref();
        Self {
            order: row.issued.id.to_string(),
            to: row.addressee.0.clone(),
            kind: row.issued.kind.key(),
            office: letter.office.clone(),
            signer: letter.signer.clone(),
            number: letter.number.clone(),
            basis: letter.basis.clone(),
            category: letter.category.clone(),
            reason: letter.reason.clone(),
            urgent: letter.haste == OrderHaste::Urgent,
            confidential_until: letter.secret_until.map(Instant),
            expires_at: row.expires_at.map(Instant),
            lock_days: letter.lock_days,
            information: row.demand.as_ref().map(DemandOut::of),
            state: row.issued.state.key(),
            ground: match row.issued.state {
                IssuedState::Contested { ground } => Some(ground.key()),
                IssuedState::Draft
                | IssuedState::Signed
                | IssuedState::Received
                | IssuedState::Refused
                | IssuedState::UnderWay
                | IssuedState::Answered
                | IssuedState::Withdrawn
                | IssuedState::Expired
                | IssuedState::Discarded => None,
            },
            refusal: row.refusal.clone(),
            answer: row.answer.clone(),
            drafted_by: row.drafted_by.clone(),
            number_used_by: None,
            signed_by: signed.map(|(name, _)| name.clone()),
            signed_at: signed.map(|(_, at)| Instant(*at)),
            clock: row.issued.clock.as_ref().map(OrderClockOut::of),
            scope: None,
            targets: Vec::new(),
            messages: Vec::new(),
            log_receipts: Vec::new(),
        }
    }
}

fn receipt(logged: &OrderLogged) -> Option<serde_json::Value> {
    serde_json::to_value(&logged.receipt).ok()
}
