//! Orders as they are answered.

use anlanh_app::order::{Grounds, OrderView, Row};
use anlanh_app::owner::Source;
use anlanh_model::{OrderHaste, OrderMeans, OrderScope, OrderState, StatutoryClock, TargetState};
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::information::DemandOut;
use crate::api::instant::Instant;
use crate::api::owners::OwnerRequestOut;

/// An order.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Order)]
#[serde(deny_unknown_fields)]
pub struct OrderOut {
    /// Its id.
    order: String,
    /// What is ordered.
    kind: &'static str,
    /// Who carries such an order out: `node`, `network` where its own resolvers do, `hand`, or `two_approvals`:
    /// `/v1/orders/{order}/information`.
    carried_out_by: &'static str,
    /// Key of the issuing office.
    office: String,
    /// Who signed it.
    signer: String,
    /// Its number there.
    number: String,
    /// The first moment of the day of issue (RFC 3339).
    #[schema(value_type = String, format = DateTime)]
    issued_at: Instant,
    /// How it came.
    channel: &'static str,
    /// When it came.
    #[schema(value_type = String, format = DateTime)]
    received_at: Instant,
    /// Keys of the articles that it cites.
    basis: Vec<String>,
    /// Key of the category of the violation.
    #[schema(required = true)]
    category: Option<String>,
    /// Why, in its words.
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
    /// What it says that it asks for about users; `null` where it does not say, and in lists.
    #[schema(required = true)]
    information: Option<DemandOut>,
    /// `received`, `authenticated`, `in_scope`, `assigned`, `contested`, `answered`, `withdrawn` or `expired`.
    state: &'static str,
    /// Name of who took it.
    #[schema(required = true)]
    assignee: Option<String>,
    /// Why the whole is contested.
    #[schema(required = true)]
    ground: Option<&'static str>,
    /// The answer.
    #[schema(required = true)]
    answer: Option<String>,
    /// Its deadline.
    clock: OrderClockOut,
    /// Whether it is within the law; left out of lists.
    #[schema(required = true)]
    scope: Option<OrderScopeOut>,
    /// What it is aimed at; left out of lists.
    targets: Vec<TargetOut>,
    /// Its documents; left out of lists.
    documents: Vec<KeptDocumentOut>,
    /// Who was called back; left out of lists.
    calls: Vec<CallOut>,
}

/// The deadline of an order.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OrderClock)]
#[serde(deny_unknown_fields)]
pub struct OrderClockOut {
    /// Key of the policy's clock; `stated` where only the order sets one.
    clock: String,
    /// Keys of its legal bases; none where no law sets it, but the order or the platform itself.
    basis: Vec<String>,
    /// Whether the law sets it.
    statutory: bool,
    /// When it runs out.
    #[schema(value_type = String, format = DateTime)]
    due_at: Instant,
    /// `running`, `met` or `breached`; a breach stays.
    state: &'static str,
}

/// Each question about the scope: `holds`, `unconfirmed`, `partly` or `fails`. All but `fails` may be carried out.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OrderScope)]
#[serde(deny_unknown_fields)]
pub struct OrderScopeOut {
    /// Whether the office was there on the day of issue.
    office: &'static str,
    /// Whether it may order such a thing.
    power: &'static str,
    /// Whether a cited article that covers it was in force; `partly` where another that is cited was not.
    basis: &'static str,
    /// Whether each target suits what is ordered.
    targets: &'static str,
    /// Whether a lock is as long as the articles that the order cites allow; `holds` where nothing is locked.
    lock: &'static str,
    /// What each cited article is to the order on the day of issue, and on days of amendments where that differs.
    articles: Vec<CitedArticleOut>,
    /// What each ladder of the day of issue says of the lock; none where nothing is locked.
    ladders: Vec<LadderFindingOut>,
}

/// An article that an order cites.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OrderArticle)]
#[serde(deny_unknown_fields)]
pub struct CitedArticleOut {
    /// Its key.
    article: String,
    /// On which day it is looked at.
    #[schema(format = Date)]
    on: String,
    /// `covers` the order; is in force and gives the office `no_power` over such a thing; is not in force that day, `not_yet` or
    /// because it `ended`.
    standing: &'static str,
}

/// What a ladder of locks that was in force on the day of issue says of the lock that an order asks for.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OrderLadder)]
#[serde(deny_unknown_fields)]
pub struct LadderFindingOut {
    /// Key of the policy's ladder.
    ladder: String,
    /// On which day it is looked at.
    #[schema(format = Date)]
    on: String,
    /// Whether the order cites an article of it.
    cited: bool,
    /// How the lock fits it: `fits`, `too_short`, `too_long`, `between` the lengths of its steps, `never_for_good`,
    /// `other_article` where a lock without end rests on one that the order does not cite, or `other_object`.
    fit: &'static str,
}

/// A target of an order.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OrderTarget)]
#[serde(deny_unknown_fields)]
pub struct TargetOut {
    /// Its number.
    target: u32,
    /// What it is.
    kind: &'static str,
    /// Which.
    reference: String,
    /// `open`, `proposed`, `under_way` (decided; the platform's systems have not said that it is done), `failed` (they could
    /// not do it), `executed`, `contested` or `lifted`.
    state: &'static str,
    /// What the platform's systems said was in the way, where it is `failed`.
    #[schema(required = true)]
    problem: Option<String>,
    /// Why it is contested.
    #[schema(required = true)]
    ground: Option<&'static str>,
    /// The decision that carried it out.
    #[schema(required = true)]
    decision: Option<String>,
    /// The legal hold that did.
    #[schema(required = true)]
    hold: Option<String>,
    /// What was done by hand, or said against it.
    #[schema(required = true)]
    words: Option<String>,
    /// Whose owners were asked to carry it out, and what came of that.
    owner_requests: Vec<OwnerRequestOut>,
}

/// A document of an order.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KeptOrderDocument)]
#[serde(deny_unknown_fields)]
pub struct KeptDocumentOut {
    /// Its number.
    document: u32,
    /// SHA-256 of its bytes, in hexadecimal digits.
    sha256: String,
    /// Its media type.
    media_type: String,
    /// How many bytes it has.
    bytes: u64,
    /// When it came in.
    #[schema(value_type = String, format = DateTime)]
    received_at: Instant,
}

/// A call-back.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OrderCall)]
#[serde(deny_unknown_fields)]
pub struct CallOut {
    /// About what: `order`, `amendment`, `withdrawal` or `key`.
    about: &'static str,
    /// Name of who called.
    by: String,
    /// Who answered.
    called: String,
    /// Under which number.
    telephone: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    called_at: Instant,
}

/// A document that was just kept.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OrderDocument)]
#[serde(deny_unknown_fields)]
pub struct DocumentOut {
    /// Its number among those of the order.
    pub document: u32,
}

/// A page of orders.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Orders)]
#[serde(deny_unknown_fields)]
pub struct OrdersOut {
    /// The orders.
    orders: Vec<OrderOut>,
    /// Where the next page begins, for `after`; `null` on the last.
    #[schema(required = true)]
    next: Option<String>,
}

impl OrdersOut {
    /// A page.
    pub fn of(rows: &[Row], next: Option<String>) -> Self {
        Self {
            orders: rows.iter().map(OrderOut::line).collect(),
            next,
        }
    }
}

impl OrderOut {
    /// One order, whole.
    pub fn of(view: &OrderView) -> Self {
        let targets = view.row.order.targets.iter().zip(&view.row.fates);
        Self {
            scope: Some(OrderScopeOut::of(view.scope, &view.grounds)),
            targets: targets
                .map(|(target, fate)| TargetOut {
                    target: target.number,
                    kind: target.pointed.key(),
                    reference: target.pointed.reference().to_owned(),
                    state: target.state.key(),
                    problem: view.problem(target.number).map(str::to_owned),
                    ground: match target.state {
                        TargetState::Contested { ground, .. } => Some(ground.key()),
                        TargetState::Open
                        | TargetState::Proposed { .. }
                        | TargetState::UnderWay { .. }
                        | TargetState::Failed { .. }
                        | TargetState::Executed { .. }
                        | TargetState::Lifted { .. } => None,
                    },
                    decision: fate.decision.map(|id| id.to_string()),
                    hold: fate.hold.map(|id| id.to_string()),
                    words: fate.words.clone(),
                    owner_requests: view
                        .owners
                        .iter()
                        .filter(|asked| asked.row.source == Source::Order(view.row.order.id, target.number))
                        .map(OwnerRequestOut::of)
                        .collect(),
                })
                .collect(),
            documents: view
                .documents
                .iter()
                .map(|document| KeptDocumentOut {
                    document: document.number,
                    sha256: document.sha256.iter().map(|byte| format!("{byte:02x}")).collect(),
                    media_type: document.media_type.clone(),
                    bytes: document.bytes,
                    received_at: Instant(document.received_at),
                })
                .collect(),
            calls: view
                .calls
                .iter()
                .map(|row| CallOut {
                    about: row.purpose.key(),
                    by: row.by.clone(),
                    called: row.call.called.clone(),
                    telephone: row.call.telephone.clone(),
                    called_at: Instant(row.call.called_at),
                })
                .collect(),
            ..Self::line(&view.row)
        }
    }

    fn line(row: &Row) -> Self {
        let (order, letter) = (&row.order, &row.letter);
        Self {
            order: order.id.to_string(),
            kind: order.kind.key(),
            carried_out_by: match order.kind.means() {
                OrderMeans::Node => "node",
                OrderMeans::Network => "network",
                OrderMeans::Hand => "hand",
                OrderMeans::NotHere => "two_approvals",
            },
            office: letter.office.clone(),
            signer: letter.signer.clone(),
            number: letter.number.clone(),
            issued_at: Instant(letter.issued_at),
            channel: letter.channel.key(),
            received_at: Instant(letter.received_at),
            basis: letter.basis.clone(),
            category: letter.category.clone(),
            reason: letter.reason.clone(),
            urgent: letter.haste == OrderHaste::Urgent,
            information: row.demand.as_ref().map(DemandOut::of),
            confidential_until: letter.secret_until.map(Instant),
            expires_at: order.expires_at.map(Instant),
            lock_days: letter.lock_days,
            state: order.state.key(),
            assignee: row.assignee.clone(),
            ground: match order.state {
                OrderState::Contested { ground } => Some(ground.key()),
                OrderState::Received
                | OrderState::Authenticated
                | OrderState::InScope
                | OrderState::Assigned { .. }
                | OrderState::Answered { .. }
                | OrderState::Withdrawn { .. }
                | OrderState::Expired { .. } => None,
            },
            answer: row.answer.clone(),
            clock: OrderClockOut::of(&order.clock),
            scope: None,
            targets: Vec::new(),
            documents: Vec::new(),
            calls: Vec::new(),
        }
    }
}

impl OrderClockOut {
    /// A clock.
    pub fn of(clock: &StatutoryClock) -> Self {
        Self {
            clock: clock.key.clone(),
            basis: clock.basis.clone(),
            statutory: clock.is_statutory(),
            due_at: Instant(clock.due_at),
            state: match (clock.is_running(), clock.is_breached()) {
                (true, _) => "running",
                (false, true) => "breached",
                (false, false) => "met",
            },
        }
    }
}

impl OrderScopeOut {
    /// What a scope comes to.
    pub fn of(scope: OrderScope, grounds: &Grounds) -> Self {
        Self {
            office: scope.office.key(),
            power: scope.power.key(),
            basis: scope.basis.key(),
            targets: scope.targets.key(),
            lock: scope.lock.key(),
            articles: grounds
                .articles
                .iter()
                .map(|found| CitedArticleOut {
                    article: found.key.clone(),
                    on: found.on.to_string(),
                    standing: found.standing.key(),
                })
                .collect(),
            ladders: grounds
                .ladders
                .iter()
                .map(|found| LadderFindingOut {
                    ladder: found.ladder.clone(),
                    on: found.on.to_string(),
                    cited: found.is_cited,
                    fit: found.fit.key(),
                })
                .collect(),
        }
    }
}
