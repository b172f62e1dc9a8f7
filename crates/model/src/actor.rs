//! Who acts. Everything that changes names one of these.

use crate::{Id, Peer, Permission, Role, Scope};

/// A person with an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Person {
    /// The account.
    pub id: Id<Person>,
    /// What they work as.
    pub role: Role,
}

/// A machine's token: a marker for ids.
#[derive(Debug)]
pub struct Token;

/// Who acts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// A person, signed in.
    Person(Person),
    /// A machine with a token, for itself or for a person.
    Token {
        /// The token.
        id: Id<Token>,
        /// What it may be used for.
        scopes: Vec<Scope>,
        /// The person it stands for: what neither of them may do, it may not.
        person: Option<Person>,
    },
    /// Whoever has the machine the node runs on: the command line.
    Operator,
    /// Somebody whom a decision concerns, by the private link they were given. What they may do follows from the link.
    Concerned,
    /// The node itself: a rule that is in force, a clock that ran out.
    Node,
    /// Somebody without an account: they may tell what they saw, and nothing else.
    Outsider,
    /// Another node, by what it signed: what it may do follows from what it was added as.
    Peer(Id<Peer>),
}

impl Actor {
    /// Whether this one may do that.
    #[must_use]
    pub fn may(&self, permission: Permission) -> bool {
        match self {
            Self::Person(person) => person.role.may(permission),
            Self::Token { scopes, person, .. } => {
                let scoped = scopes.iter().any(|scope| scope.may(permission));
                let allowed = match person {
                    Some(person) => person.role.may(permission),
                    None => !permission.needs_person(),
                };
                scoped && allowed
            }
            Self::Operator => matches!(
                permission,
                Permission::ManageStaff
                    | Permission::ManageTokens
                    | Permission::ExportDecisions
                    | Permission::ManagePeers
                    | Permission::ManageFeeds
                    | Permission::ReadIndicators
                    | Permission::SubmitIndicators
                    | Permission::ReadCollections
                    | Permission::ManageCollections
            ),
            Self::Concerned | Self::Peer(_) => false,
            Self::Node => matches!(permission, Permission::SubmitItems),
            Self::Outsider => matches!(permission, Permission::SubmitReports),
        }
    }

    /// The person who answers for what is done, if it is one.
    #[must_use]
    pub const fn person(&self) -> Option<Person> {
        match self {
            Self::Person(person) => Some(*person),
            Self::Token { person, .. } => *person,
            Self::Operator | Self::Concerned | Self::Node | Self::Outsider | Self::Peer(_) => None,
        }
    }

    /// The key of its kind in storage: `person`, `token`, `operator`, `concerned`, `node`, `outsider`, `peer`.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Person(_) => "person",
            Self::Token { .. } => "token",
            Self::Operator => "operator",
            Self::Concerned => "concerned",
            Self::Node => "node",
            Self::Outsider => "outsider",
            Self::Peer(_) => "peer",
        }
    }

    /// The number of its account, token or node, if it has one.
    #[must_use]
    pub const fn number(&self) -> Option<i64> {
        match self {
            Self::Person(person) => Some(person.id.number()),
            Self::Token { id, .. } => Some(id.number()),
            Self::Peer(id) => Some(id.number()),
            Self::Operator | Self::Concerned | Self::Node | Self::Outsider => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(role: Role) -> Person {
        let id = Id::from_number(7).unwrap();
        Person { id, role }
    }

    fn token(scopes: &[Scope], person: Option<Person>) -> Actor {
        let id = Id::from_number(8).unwrap();
        let scopes = scopes.to_vec();
        Actor::Token { id, scopes, person }
    }

    #[test]
    fn a_machine_decides_only_for_a_person_who_may() {
        let check = |scopes: &[Scope], who: Option<Role>, expected: bool| {
            let actor = token(scopes, who.map(person));
            assert_eq!(actor.may(Permission::DecideCases), expected, "{scopes:?} {who:?}");
        };
        check(&[Scope::CasesWrite], Some(Role::Reviewer), true);
        check(&[Scope::CasesWrite], None, false);
        check(&[Scope::CasesWrite], Some(Role::Auditor), false);
        check(&[Scope::CasesRead], Some(Role::Reviewer), false);
        check(&[], Some(Role::Reviewer), false);
    }

    #[test]
    fn the_command_line_makes_accounts_and_reads_no_content() {
        assert!(Actor::Operator.may(Permission::ManageStaff));
        assert!(!Actor::Operator.may(Permission::ReadItems));
        assert!(!Actor::Node.may(Permission::DecideCases));
    }
}
