//! A decision that was refused, as it was filled in: whoever corrects one field does not write the others anew.

use crate::console::{Choice, Decision, DecisionForm, SubjectForm};

use super::form::Form;

/// Fills the form of a decision in as it was sent.
pub fn refill(decision: &mut Decision, sent: &Form) {
    match decision {
        Decision::Open(form) => refill_form(form, sent),
        Decision::Answer(answer) => {
            choose(&mut answer.results, |key| key == sent.get("result"));
            refill_form(&mut answer.change, sent);
        }
        Decision::Closed(_) | Decision::Waiting(_) | Decision::Watched => {}
    }
}

fn refill_form(form: &mut DecisionForm, sent: &Form) {
    let has = |name: &str, key: &str| sent.all(name).any(|value| value == key);
    choose(&mut form.outcomes, |key| has("outcome", key));
    choose(&mut form.categories, |key| has("category", key));
    choose(&mut form.labels, |key| has("label", key));
    choose(&mut form.owners, |key| has("owner", key));
    for basis in &mut form.bases {
        basis.chosen = has("basis", &basis.key);
    }
    for subject in &mut form.subjects {
        refill_subject(subject, sent);
    }
    form.shows_subjects |= form.subjects.iter().any(SubjectForm::is_dealt_with);
    sent.get("facts").clone_into(&mut form.facts);
    sent.get("verified").clone_into(&mut form.verified);
    sent.get("days").clone_into(&mut form.days);
}

fn refill_subject(subject: &mut SubjectForm, sent: &Form) {
    choose(&mut subject.choices, |key| key == sent.get(&subject.measure_name));
    sent.get(&subject.days_name).clone_into(&mut subject.days);
    subject.is_counted = sent.all("strike").any(|key| key == subject.key);
}

fn choose(choices: &mut [Choice], is_chosen: impl Fn(&str) -> bool) {
    for choice in choices {
        choice.chosen = is_chosen(&choice.key);
    }
}
