//! Compiles a short description of what is stored, who uses it and in which environment into CloudFormation templates
//! whose KMS key policies are exact.
//!
//! Stack files are [read](document) into a spanned tree and [defined](definition) for each environment; every
//! construct of every stack is named, says what it [uses](construct), and [builds](constructs) typed
//! [resources](cfn), which are [lowered](template) into [templates](synth). What is [written](release) appears whole or
//! not at all. What AWS services do with keys is written once, as [data](service).

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
pub mod release;
pub mod service;
pub mod synth;
pub mod template;
