"""Keeps an order, and tells whoever listens that it was placed."""

import os
import uuid

import boto3

TABLE = boto3.resource("dynamodb").Table(os.environ["ORDERS_TABLE"])
SNS = boto3.client("sns")


def handler(event, context):
    order = {"orderId": str(uuid.uuid4()), "article": event["article"]}
    TABLE.put_item(Item=order)
    SNS.publish(TopicArn=os.environ["PLACED_TOPIC_ARN"], Message=order["orderId"])
    return order
