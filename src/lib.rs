//! Compiles a short description of what is stored, who uses it and in which environment into CloudFormation templates
//! whose KMS key policies are exact.
//!
//! Stack files are [read](document) into a spanned tree and [defined](definition) for each environment; every
//! construct of every stack is named, says what it [uses](construct), and [builds](constructs) typed
//! [resources](cfn), which are [lowered](template) into [templates](synth). What is [written](release) appears whole or
//! not at all. What AWS services do with keys is written once, as [data](service).
//!
//! Stacks can also be written in Rust. Such a [program] has the commands of `synth`:
//!
//! ```no_run
//! use std::process::ExitCode;
//!
//! use synth::cfn::dynamodb::AttributeType::S;
//! use synth::constructs::{EncryptedTable, KmsKey};
//! use synth::diagnostic::Result;
//! use synth::program::{Program, Stack};
//!
//! fn main() -> ExitCode {
//!     synth::cli::run_program(&Program::new(shop))
//! }
//!
//! fn shop(environment: &str) -> Result<[Stack; 1]> {
//!     let mut stack = Stack::new("shop");
//!     let items = stack.add(
//!         "security/items",
//!         KmsKey { description: Some("items in tables".parse()?), ..KmsKey::default() },
//!     );
//!     let orders = stack.add(
//!         "storage/orders",
//!         EncryptedTable {
//!             key: Some(items),
//!             contributor_insights: (environment == "prod").into(),
//!             ..EncryptedTable::new("orderId", S)
//!         },
//!     );
//!     stack.output("OrdersTable", orders.name());
//!     Ok([stack])
//! }
//! ```

pub mod access;
pub mod audit;
pub mod cfn;
pub mod cli;
pub mod construct;
pub mod constructs;
pub mod definition;
pub mod diagnostic;
pub mod document;
pub mod environment;
pub mod name;
pub mod output;
mod parallel;
pub mod program;
pub mod release;
pub mod service;
pub mod synth;
pub mod template;
