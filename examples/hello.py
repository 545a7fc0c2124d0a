"""Greets whoever asks: a message is a name, and each greeting is kept."""

import os

import boto3

dynamodb = boto3.client("dynamodb")


def handler(event, _context):
    for record in event["Records"]:
        name = record["Sns"]["Message"]
        greeting = f"{os.environ['GREETING']}, {name}!"
        item = {"name": {"S": name}, "greeting": {"S": greeting}}
        dynamodb.put_item(TableName=os.environ["GREETINGS_TABLE"], Item=item)
