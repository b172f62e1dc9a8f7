//! Requests for information as they are answered: what was asked, by whom it was approved, and never what was entered.

use anlanh_app::order::information::{InformationRequest, InformationView, fingerprint};
use anlanh_model::{ContestGround, Extent, InformationDemand, InformationState};
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::instant::Instant;

/// What is told an authority about users, for one order.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Information)]
#[serde(deny_unknown_fields)]
pub struct InformationOut {
    /// Id of the order.
    order: String,
    /// What it may ask for, by the law of the day of issue.
    fields: Vec<FieldOut>,
    /// What the office says that it asks for, where it does: no more may be told. Where it does not, it is to be asked.
    #[schema(required = true)]
    demand: Option<DemandOut>,
    /// The requests, newest first; at most one is open.
    requests: Vec<RequestOut>,
}

/// What an office says that it asks for about the users that its order names.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = InformationDemand)]
#[serde(deny_unknown_fields)]
pub struct DemandOut {
    /// For what.
    purpose: String,
    /// Keys of the fields.
    fields: Vec<String>,
    /// From when.
    #[schema(value_type = String, format = DateTime)]
    from: Instant,
    /// Until when.
    #[schema(value_type = String, format = DateTime)]
    to: Instant,
}

impl DemandOut {
    /// What is answered for what is asked.
    pub fn of(demand: &InformationDemand) -> Self {
        Self {
            purpose: demand.purpose().to_owned(),
            fields: demand.fields().to_vec(),
            from: Instant(demand.period().from()),
            to: Instant(demand.period().to()),
        }
    }
}

/// A field that may be asked for.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = InformationField)]
#[serde(deny_unknown_fields)]
pub struct FieldOut {
    /// Its key.
    field: String,
    /// What it is called, in Vietnamese.
    title: String,
    /// `once`: one entry as it is now; `dated`: entries that begin with their moment; `node`: what the node holds itself.
    form: &'static str,
    /// The longest period that it may be asked for, in days, where that is shorter than any may be.
    #[schema(required = true)]
    most_days: Option<u32>,
}

/// One request.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = InformationRequest)]
#[serde(deny_unknown_fields)]
pub struct RequestOut {
    /// Its id.
    request: String,
    /// `proposed`, `approved_once`, `approved`, `prepared`, `handed_over`, `refused` or `withdrawn`.
    state: &'static str,
    /// Since when.
    #[schema(value_type = String, format = DateTime)]
    state_at: Instant,
    /// For what it is asked.
    purpose: String,
    /// Keys of the fields.
    fields: Vec<String>,
    /// From when.
    #[schema(value_type = String, format = DateTime)]
    from: Instant,
    /// Until when.
    #[schema(value_type = String, format = DateTime)]
    to: Instant,
    /// Numbers of the order's targets that it is about.
    targets: Vec<u32>,
    /// The key of whoever asks.
    recipient: String,
    /// Its fingerprint.
    #[schema(required = true)]
    fingerprint: Option<String>,
    /// Name of who proposed it.
    proposed_by: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    proposed_at: Instant,
    /// Name of who approved it first.
    #[schema(required = true)]
    first_approval: Option<String>,
    /// Name of who approved it after them.
    #[schema(required = true)]
    second_approval: Option<String>,
    /// How many fields of targets the platform does not have; none where nothing is entered, or it was erased.
    #[schema(required = true)]
    missing: Option<u32>,
    /// Name of who prepared the file.
    #[schema(required = true)]
    prepared_by: Option<String>,
    /// The file that was made last.
    #[schema(required = true)]
    file: Option<InformationFileOut>,
    /// Name of who took it out.
    #[schema(required = true)]
    fetched_by: Option<String>,
    /// Whether all of it is there: `whole` or `part`.
    #[schema(required = true)]
    extent: Option<&'static str>,
    /// Name of who handed it over, or refused.
    #[schema(required = true)]
    ended_by: Option<String>,
    /// Why it was refused.
    #[schema(required = true)]
    ground: Option<&'static str>,
    /// When what was entered will be erased.
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    erase_at: Option<Instant>,
    /// When it was.
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    erased_at: Option<Instant>,
    /// When those whom it is about were told.
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    told_at: Option<Instant>,
}

/// What is known of a file for good.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = InformationFile)]
#[serde(deny_unknown_fields)]
pub struct InformationFileOut {
    /// SHA-256 of the encrypted bytes, in hexadecimal digits.
    sha256: String,
    /// How many they are.
    bytes: u64,
}

impl InformationOut {
    /// What is answered for a view.
    pub fn of(view: &InformationView) -> Self {
        let fields = view.fields.iter().map(|field| FieldOut {
            field: field.key.clone(),
            title: field.title.vi.clone(),
            form: field.form.key(),
            most_days: field.most_days,
        });
        Self {
            order: view.order.order.id.to_string(),
            fields: fields.collect(),
            demand: view.order.demand.as_ref().map(DemandOut::of),
            requests: view.requests.iter().map(request).collect(),
        }
    }
}

/// What a state says beside its key: how much there is, and why it was refused.
pub const fn said(state: InformationState) -> (Option<Extent>, Option<ContestGround>) {
    match state {
        InformationState::Prepared { extent, .. } | InformationState::HandedOver { extent, .. } => (Some(extent), None),
        InformationState::Refused { ground, .. } => (None, Some(ground)),
        InformationState::Proposed
        | InformationState::ApprovedOnce { .. }
        | InformationState::Approved { .. }
        | InformationState::Withdrawn { .. } => (None, None),
    }
}

fn request(row: &InformationRequest) -> RequestOut {
    let (request, names) = (&row.request, &row.names);
    let (ask, (extent, ground)) = (&request.ask, said(request.state));
    RequestOut {
        request: request.id.to_string(),
        state: request.state.key(),
        state_at: Instant(row.state_at),
        purpose: ask.purpose().to_owned(),
        fields: ask.fields().to_vec(),
        from: Instant(ask.period().from()),
        to: Instant(ask.period().to()),
        targets: ask.subjects().to_vec(),
        recipient: row.recipient.clone(),
        fingerprint: fingerprint(&row.recipient),
        proposed_by: names.proposed.clone(),
        proposed_at: Instant(request.proposed.at),
        first_approval: names.first.clone(),
        second_approval: names.second.clone(),
        missing: row.entered.map(|entered| entered.missing),
        prepared_by: names.prepared.clone(),
        file: row.file.map(|file| InformationFileOut {
            sha256: file.sha256.iter().map(|byte| format!("{byte:02x}")).collect(),
            bytes: file.bytes,
        }),
        fetched_by: names.fetched.clone(),
        extent: extent.map(Extent::key),
        ended_by: names.ended.clone(),
        ground: ground.map(ContestGround::key),
        erase_at: row.erase_at.map(Instant),
        erased_at: row.erased_at.map(Instant),
        told_at: row.told_at.map(Instant),
    }
}
