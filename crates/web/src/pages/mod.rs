//! The pages themselves, one room each. They read a [`crate::app::Room`] and draw; decisions go through the desk.

pub(crate) mod about;
pub(crate) mod account;
pub(crate) mod beside;
pub(crate) mod commitments;
pub(crate) mod dispatches;
pub(crate) mod edges;
pub(crate) mod hold;
pub(crate) mod incident;
pub(crate) mod incident_forms;
pub(crate) mod incidents;
pub(crate) mod inquiry;
pub(crate) mod inquiry_forms;
pub(crate) mod item;
pub(crate) mod items;
pub(crate) mod ledger;
pub(crate) mod lines;
pub(crate) mod look;
pub(crate) mod overview;
pub(crate) mod policy;
pub(crate) mod proposal;
pub(crate) mod queue;
pub(crate) mod reports;
pub(crate) mod review;
pub(crate) mod search;
pub(crate) mod statements;
pub(crate) mod whole;
